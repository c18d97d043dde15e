using System.Globalization;
using System.Text.Json;
using Quorum.Managed.TestPeer;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// What many idle connections cost their process: nothing. Counted over ten seconds, in a process of its own, and compared with ten seconds without a connection;
/// a single wake-up per connection would show.
/// </summary>
[NonParallelizable]
public sealed class IdleTests : CorosyncFixture
{
    private const int Connections = 500;
    // A wake-up of each in ten seconds would be five hundred; the runtime has four of its own.
    private const int Noise = Connections / 20;
    private const double NoiseOfCpuMilliseconds = 100;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private CorosyncCluster _cluster = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _cluster = await CorosyncCluster.StartAsync();
        await RaiseDescriptorLimitAsync();
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [TestCase("unused")]
    [TestCase("waiting", Description = "for notifications")]
    public async Task Idle_connections_cost_nothing(string what)
    {
        await using NodeProcess peer = _cluster.Node(1).Start(
            // Compiled once: the runtime's thread for compiling anew comes and goes.
            "env", "DOTNET_TieredCompilation=0",
            "dotnet", Path.Combine(AppContext.BaseDirectory, "Quorum.Managed.TestPeer.dll"), "idle", Connections.ToString(CultureInfo.InvariantCulture), what);
        IdleCost nothing = Parse(await peer.ReadLineAsync(Long));
        IdleCost cost = Parse(await peer.ReadLineAsync(Long));
        TestContext.Out.WriteLine($"without a connection: {nothing}");
        TestContext.Out.WriteLine($"with {Connections}: {cost}");
        Assert.That((await peer.WaitAsync(Long)).ExitCode, Is.Zero);
        Assert.Multiple(() =>
        {
            Assert.That(cost.Threads, Is.LessThanOrEqualTo(nothing.Threads + 1), "threads");
            Assert.That(cost.BusyWorkers, Is.LessThanOrEqualTo(nothing.BusyWorkers + 1), "threads of the pool that have work");
            Assert.That(cost.Timers, Is.LessThanOrEqualTo(nothing.Timers), "timers");
            Assert.That(cost.VoluntarySwitches, Is.LessThan(nothing.VoluntarySwitches + Noise), "voluntary context switches");
            Assert.That(cost.CpuMilliseconds, Is.LessThan(nothing.CpuMilliseconds + NoiseOfCpuMilliseconds), "processor time");
        });
    }

    private static IdleCost Parse(string? line) => JsonSerializer.Deserialize<IdleCost>(line!)!;

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
}
