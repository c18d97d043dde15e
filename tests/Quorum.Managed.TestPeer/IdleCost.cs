using System.Globalization;

namespace Quorum.Managed.TestPeer;

// Threads outside the pool (its own come and go, with or without work), threads of the pool that have work, and timers there are;
// voluntary context switches and processor time that were used.
public sealed record IdleCost(int Threads, int BusyWorkers, long Timers, long VoluntarySwitches, double CpuMilliseconds)
{
    private Dictionary<string, long> _byThread = [];

    public static IdleCost Now()
    {
        Dictionary<string, long> switches = Directory.GetDirectories("/proc/self/task").ToDictionary(static task => task, SwitchesOf);
        ThreadPool.GetMaxThreads(out int most, out _);
        ThreadPool.GetAvailableThreads(out int available, out _);
        return new IdleCost(switches.Count - ThreadPool.ThreadCount, most - available, Timer.ActiveCount, 0, Environment.CpuUsage.TotalTime.TotalMilliseconds) { _byThread = switches };
    }

    // Thread by thread: one that has ended takes its count away with it.
    public IdleCost Since(IdleCost before) => this with
    {
        VoluntarySwitches = _byThread.Sum(thread => Math.Max(0, thread.Value - before._byThread.GetValueOrDefault(thread.Key))),
        CpuMilliseconds = CpuMilliseconds - before.CpuMilliseconds,
    };

    private static long SwitchesOf(string task)
    {
        try
        {
            string line = File.ReadLines(Path.Combine(task, "status")).First(static line => line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal));
            return long.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has ended meanwhile.
            return 0;
        }
    }
}
