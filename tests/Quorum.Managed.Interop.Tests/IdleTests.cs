using System.Globalization;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// What many idle connections cost this process: nothing. Counted over ten seconds and compared with ten seconds without a connection; a single wake-up per
/// connection would show.
/// </summary>
[NonParallelizable]
public sealed class IdleTests : CorosyncFixture
{
    private const int Connections = 500;
    // A wake-up of each in ten seconds would be five hundred; what the runtime and the test runner do comes and goes.
    private const int Noise = Connections / 4;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan NoiseOfCpu = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private CorosyncCluster _cluster = null!;
    private Cost _nothing = null!;

    [OneTimeSetUp]
    public async Task StartAndMeasureNothing()
    {
        _cluster = await CorosyncCluster.StartAsync();
        await RaiseDescriptorLimitAsync();

        // What only the first connection and the first wait need (the runtime's socket thread) is there before the count.
        using QuorumConnection first = Connect(1)[0];
        using CancellationTokenSource source = new();
        Task waiting = Read(first, source.Token);
        await source.CancelAsync();
        Assert.That(async () => await waiting.WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        first.Dispose();
        // As many as later: what is compiled anew because it is called often, is compiled before the count.
        Array.ForEach(Connect(Connections), connection => connection.Dispose());
        _nothing = Measure();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Test]
    public void Connections_that_nobody_uses_cost_nothing()
    {
        QuorumConnection[] connections = Connect(Connections);
        try
        {
            AssertAsCheapAsNothing();
            Assert.That(connections[^1].GetQuorate(), Is.True);
        }
        finally
        {
            Array.ForEach(connections, connection => connection.Dispose());
        }
    }

    [Test]
    public async Task Connections_that_wait_for_notifications_cost_nothing()
    {
        QuorumConnection[] connections = Connect(Connections);
        using CancellationTokenSource source = new();
        try
        {
            Task[] waiting = [.. connections.Select(connection => Read(connection, source.Token))];
            AssertAsCheapAsNothing();
            Assert.That(waiting, Has.All.Matches<Task>(task => !task.IsCompleted));
            await source.CancelAsync();
            Assert.That(async () => await Task.WhenAll(waiting).WaitAsync(Patience), Throws.InstanceOf<OperationCanceledException>());
        }
        finally
        {
            Array.ForEach(connections, connection => connection.Dispose());
        }
    }

    // corosync exits when it runs out of descriptors, and it keeps some for each connection: it gets as many as it may have.
    private async Task RaiseDescriptorLimitAsync()
    {
        CorosyncNode node = _cluster.Node(1);
        string pid = node.Pid.ToString(CultureInfo.InvariantCulture);
        string[] limits = File.ReadLines($"/proc/{pid}/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string hard = limits[4];
        CommandResult raised = await node.RunAsync("prlimit", "--pid", pid, $"--nofile={hard}:{hard}");
        Assert.That(raised.ExitCode, Is.Zero, raised.Error);
        if (hard != "unlimited" && int.Parse(hard, CultureInfo.InvariantCulture) < 4 * Connections)
        {
            Assert.Ignore($"The daemon may have {hard} descriptors only: not enough for {Connections} connections.");
        }
    }

    private static async Task Read(QuorumConnection connection, CancellationToken cancellationToken)
    {
        await foreach (QuorumNotification notification in connection.ReadNotificationsAsync(cancellationToken))
        {
            Assert.Fail($"Nobody tracks, and yet {notification} came.");
        }
    }

    private static Cost Measure()
    {
        Quiet.For(Settling);
        Cost before = Cost.Now();
        Quiet.For(Window);
        return Cost.Now().Since(before);
    }

    // What a connection costs it costs in every window; what others on the machine do, in some.
    private void AssertAsCheapAsNothing()
    {
        Cost cost = Measure();
        for (int i = 0; i < 2 && cost.VoluntarySwitches >= _nothing.VoluntarySwitches + Noise; i++)
        {
            cost = Measure();
        }

        TestContext.Out.WriteLine($"without a connection: {_nothing}");
        TestContext.Out.WriteLine($"with {Connections}: {cost}");
        Assert.Multiple(() =>
        {
            // Threads of the pool come and go; one each would be five hundred.
            Assert.That(cost.Threads, Is.LessThan(_nothing.Threads + 10), "threads");
            Assert.That(cost.Timers, Is.LessThanOrEqualTo(_nothing.Timers), "timers");
            Assert.That(cost.VoluntarySwitches, Is.LessThan(_nothing.VoluntarySwitches + Noise), "voluntary context switches");
            Assert.That(cost.Cpu, Is.LessThan(_nothing.Cpu + NoiseOfCpu), "processor time");
        });
    }

    // The smallest rings: 500 connections fit into the /dev/shm of a container.
    private QuorumConnection[] Connect(int count)
    {
        QuorumConnectionOptions options = new() { MaxMessageSize = WireLimits.MinMaxMessageSize };
        return _cluster.Node(1).Network.Run(() => Enumerable.Range(0, count).Select(_ => QuorumConnection.Connect(options)).ToArray());
    }

    // Threads and timers there are; voluntary context switches and processor time that were used.
    private sealed record Cost(int Threads, long Timers, long VoluntarySwitches, TimeSpan Cpu)
    {
        private Dictionary<string, long> ByThread { get; init; } = [];

        public static Cost Now()
        {
            Dictionary<string, long> switches = Directory.GetDirectories("/proc/self/task").ToDictionary(static task => task, SwitchesOf);
            return new Cost(switches.Count, Timer.ActiveCount, 0, Environment.CpuUsage.TotalTime) { ByThread = switches };
        }

        // Thread by thread: one that has ended takes its count away with it.
        public Cost Since(Cost before) => this with
        {
            VoluntarySwitches = ByThread.Sum(thread => Math.Max(0, thread.Value - before.ByThread.GetValueOrDefault(thread.Key))),
            Cpu = Cpu - before.Cpu,
        };

        public override string ToString() => $"{Threads} threads, {Timers} timers, {VoluntarySwitches} voluntary switches, {Cpu.TotalMilliseconds:F0} ms";

        private static long SwitchesOf(string task)
        {
            try
            {
                string line = File.ReadLines(Path.Combine(task, "status")).First(line => line.StartsWith("voluntary_ctxt_switches:", StringComparison.Ordinal));
                return long.Parse(line.Split('\t')[1], CultureInfo.InvariantCulture);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                // It has ended meanwhile.
                return 0;
            }
        }
    }
}
