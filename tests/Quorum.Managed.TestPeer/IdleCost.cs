using System.Globalization;

namespace Quorum.Managed.TestPeer;

// What this process has and uses: threads outside the pool, threads of the pool that have work, timers, voluntary
// context switches, and processor time. Idle threads of the pool come and go, and are not counted.
public sealed record IdleCost(int Threads, int BusyWorkers, long Timers, long VoluntarySwitches, double CpuMilliseconds)
{
    private Dictionary<string, long> _byThread = [];

    public static IdleCost Now()
    {
        Dictionary<string, long> switches =
            Directory.GetDirectories("/proc/self/task").ToDictionary(static task => task, SwitchesOf);
        ThreadPool.GetMaxThreads(out int most, out _);
        ThreadPool.GetAvailableThreads(out int available, out _);
        int threads = switches.Count - ThreadPool.ThreadCount;
        double cpu = Environment.CpuUsage.TotalTime.TotalMilliseconds;
        return new IdleCost(threads, most - available, Timer.ActiveCount, 0, cpu) { _byThread = switches };
    }

    // Counted by thread, because the count of a thread is gone when the thread has ended.
    public IdleCost Since(IdleCost before) => this with
    {
        VoluntarySwitches = _byThread.Sum(
            thread => Math.Max(0, thread.Value - before._byThread.GetValueOrDefault(thread.Key))),
        CpuMilliseconds = CpuMilliseconds - before.CpuMilliseconds,
    };

    private static long SwitchesOf(string task)
    {
        try
        {
            string line = File.ReadLines(Path.Combine(task, "status"))
                .First(static line => line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal));
            return long.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // The thread has ended.
            return 0;
        }
    }
}
