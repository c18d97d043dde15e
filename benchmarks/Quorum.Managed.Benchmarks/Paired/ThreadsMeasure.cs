using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// Several threads ask at the same time. libquorum needs a handle for each thread. Threads of ours may share one
// connection, or have one each as well.
internal static class ThreadsMeasure
{
    private const int ThreadsOfGoal = 8;

    public static async Task RunAsync(PairedContext context)
    {
        Plan plan = context.Plan;
        CorosyncNode node = await BenchCluster.GetAsync();
        NativeConnection[] handles = Connect(node, plan.Threads.Max(), NativeConnection.Connect);
        QuorumConnection[] connections = Connect(node, plan.Threads.Max(), static () => QuorumConnection.Connect());
        try
        {
            foreach (int threads in plan.Threads)
            {
                bool hasGoal = threads == ThreadsOfGoal;
                string text = threads.ToString(CultureInfo.InvariantCulture) + (threads == 1 ? " thread" : " threads");
                Series one = context.Add(
                    $"throughput, {text}, one connection (native: a handle each)",
                    "calls/s",
                    hasGoal ? Goal.RatioAtLeast(1.8) : Goal.None);
                Series each = context.Add(
                    $"throughput, {text}, a connection each (native: a handle each)", "calls/s", Goal.None);
                Series sleeps = context.Add(
                    $"the daemon's sleeps per call, {text}, one connection (native: a handle each)", "", Goal.None);
                Series? switches = hasGoal
                    ? context.Add(
                        $"switches between {text}, beside one that is busy (native: throughput, a handle each)",
                        "/s",
                        Goal.None)
                    : null;
                _ = Run(_ => connections[0].GetQuorate);
                for (int pair = 0; pair < plan.Pairs; pair++)
                {
                    (double native, double nativeSleeps) = Run(i => handles[i].GetQuorate);
                    (double shared, double sharedSleeps) = Run(_ => connections[0].GetQuorate);
                    one.Add(native, shared);
                    sleeps.Add(nativeSleeps, sharedSleeps);
                    each.Add(native, Run(i => connections[i].GetQuorate).CallsPerSecond);
                    switches?.Add(native, Switches(threads, plan.ThreadTime, node.Pid));
                }

                (double CallsPerSecond, double SleepsPerCall) Run(Func<int, Func<bool>> call) =>
                    Throughput(threads, plan.ThreadTime, call, node.Pid);
            }
        }
        finally
        {
            Array.ForEach(handles, handle => handle.Dispose());
            Array.ForEach(connections, connection => connection.Dispose());
        }
    }

    private static T[] Connect<T>(CorosyncNode node, int count, Func<T> connect) =>
        node.Network.Run(() => Enumerable.Range(0, count).Select(_ => connect()).ToArray());

    // How often threads that only yield are switched while another thread keeps a processor busy, as the daemon does.
    // With two processors, that is about the most that callers could reach if a call cost nothing but the switch to the
    // next caller.
    private static double Switches(int threads, TimeSpan time, int daemonPid)
    {
        bool stop = false;
        Thread daemon = new(() =>
        {
            while (!Volatile.Read(ref stop))
            {
                Thread.SpinWait(8);
            }
        });
        daemon.Start();
        try
        {
            return Throughput(threads, time, static _ => Thread.Yield, daemonPid).CallsPerSecond;
        }
        finally
        {
            Volatile.Write(ref stop, true);
            daemon.Join();
        }
    }

    private static (double CallsPerSecond, double SleepsPerCall) Throughput(
        int threads, TimeSpan time, Func<int, Func<bool>> call, int daemonPid)
    {
        bool stop = false;
        long calls = 0;
        using Barrier start = new(threads + 1);
        Thread[] all = [.. Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            Func<bool> ask = call(i);
            long count = 0;
            start.SignalAndWait();
            while (!Volatile.Read(ref stop))
            {
                _ = ask();
                count++;
            }

            Interlocked.Add(ref calls, count);
        }))];
        Array.ForEach(all, thread => thread.Start());
        start.SignalAndWait();
        long begin = Stopwatch.GetTimestamp();
        long sleeps = ProcessFigures.Sleeps(daemonPid);
        Thread.Sleep(time);
        Volatile.Write(ref stop, true);
        Array.ForEach(all, thread => thread.Join());
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return (calls / seconds, (double)(ProcessFigures.Sleeps(daemonPid) - sleeps) / Math.Max(calls, 1));
    }
}
