using System.Globalization;
using System.Text.Json;
using Quorum.Managed.TestPeer;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// Idle connections cost their process nothing. A process counts what it does in ten seconds without a connection, and
/// in ten seconds with many. A single wake-up per connection would show.
/// </summary>
[NonParallelizable]
public sealed class IdleTests : CorosyncFixture
{
    private const int MostConnections = 500;

    // With fewer, one wake-up per connection would not stand out from those of the runtime.
    private const int FewestConnections = 200;
    private const int DescriptorsPerConnection = 4;
    private const double NoiseOfCpuMilliseconds = 100;
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private CorosyncCluster _cluster = null!;
    private int _connections;

    // One wake-up of every connection would be twenty times as many. The runtime itself has about four.
    private int NoiseOfSwitches => _connections / 20;

    [OneTimeSetUp]
    public async Task Start()
    {
        _cluster = await CorosyncCluster.StartAsync();
        _connections = Math.Min(MostConnections, await RaiseDescriptorLimitAsync() / DescriptorsPerConnection);
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
        Assert.That(_connections, Is.GreaterThanOrEqualTo(FewestConnections), "connections that the daemon can hold");
        string program = Path.Combine(AppContext.BaseDirectory, "Quorum.Managed.TestPeer.dll");
        await using NodeProcess peer = _cluster.Node(1).Start(
            // Tiered compilation would start and stop a thread at any time.
            "env", "DOTNET_TieredCompilation=0",
            "dotnet", program, "idle", _connections.ToString(CultureInfo.InvariantCulture), what);
        IdleCost nothing = Parse(await peer.ReadLineAsync(Long));
        IdleCost cost = Parse(await peer.ReadLineAsync(Long));
        TestContext.Out.WriteLine($"without a connection: {nothing}");
        TestContext.Out.WriteLine($"with {_connections}: {cost}");
        Assert.That((await peer.WaitAsync(Long)).ExitCode, Is.Zero);
        Assert.Multiple(() =>
        {
            Assert.That(cost.Threads, Is.LessThanOrEqualTo(nothing.Threads + 1), "threads");
            Assert.That(cost.BusyWorkers, Is.LessThanOrEqualTo(nothing.BusyWorkers + 1), "busy threads of the pool");
            Assert.That(cost.Timers, Is.LessThanOrEqualTo(nothing.Timers), "timers");
            Assert.That(
                cost.VoluntarySwitches,
                Is.LessThan(nothing.VoluntarySwitches + NoiseOfSwitches),
                "voluntary context switches");
            Assert.That(
                cost.CpuMilliseconds, Is.LessThan(nothing.CpuMilliseconds + NoiseOfCpuMilliseconds), "processor time");
        });
    }

    private static IdleCost Parse(string? line) => JsonSerializer.Deserialize<IdleCost>(line!)!;

    // corosync exits when it runs out of descriptors, and each connection needs some. This method raises the limit as
    // far as the daemon may go, and returns it.
    private async Task<int> RaiseDescriptorLimitAsync()
    {
        CorosyncNode node = _cluster.Node(1);
        string pid = node.Pid.ToString(CultureInfo.InvariantCulture);
        string hard = File.ReadLines($"/proc/{pid}/limits")
            .First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        CommandResult raised = await node.RunAsync("prlimit", "--pid", pid, $"--nofile={hard}:{hard}");
        Assert.That(raised.ExitCode, Is.Zero, raised.Error);
        return hard == "unlimited" ? int.MaxValue : int.Parse(hard, CultureInfo.InvariantCulture);
    }
}
