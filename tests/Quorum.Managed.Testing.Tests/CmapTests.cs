using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>The simulator's cmap: the totem times, and the token's counter.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class CmapTests(IpcConnectionType transport)
{
    private const string Counter = "stats.srp.orf_token_rx";
    private const string Age = "stats.srp.time_since_token_last_received";
    private const string Gather = "stats.srp.gather_entered";
    private const string Operational = "stats.srp.operational_entered";

    // Measured with three nodes at corosync's own token time-out.
    private static readonly TimeSpan Hold = TimeSpan.FromMilliseconds(685);

    private readonly FakeTimeProvider _clock = new();

    [Test]
    public async Task Times_are_those_that_corosync_computes()
    {
        await AssertTimesAsync(new(1), timeout: null, 3000, 3600, 561, 714);
        await AssertTimesAsync(new(3), timeout: null, 3650, 4380, 685, 869);
        await AssertTimesAsync(new(3), TimeSpan.FromMilliseconds(500), 500, 600, 85, 119);
    }

    [Test]
    public async Task Counter_grows_by_one_each_hold_time_of_the_clock()
    {
        await using QuorumSimulator simulator = Start(new(3));
        await using CmapConnection cmap = await ConnectAsync(simulator, CmapMap.Statistics);
        ulong first = (await cmap.GetUInt64Async(Counter))!.Value;
        Assert.That(await cmap.GetUInt64Async(Counter), Is.EqualTo(first), "the clock stands still");
        _clock.Advance(Hold);
        Assert.That(await cmap.GetUInt64Async(Counter), Is.EqualTo(first + 1));
        _clock.Advance(10 * Hold);
        Assert.That(await cmap.GetUInt64Async(Counter), Is.EqualTo(first + 11));
        _clock.Advance(TimeSpan.FromMilliseconds(300));
        Assert.That(await cmap.GetUInt64Async(Age), Is.EqualTo(300));
    }

    [Test]
    public async Task Counter_of_a_frozen_node_stands_still_while_it_says_quorate_and_the_others_lose_it()
    {
        SimulatedCluster cluster = new(3);
        await using QuorumSimulator simulator = Start(cluster);
        await using CmapConnection cmap = await ConnectAsync(simulator, CmapMap.Statistics);
        await using QuorumConnection quorum = await QuorumConnection.ConnectAsync(OptionsOf(simulator));
        ulong before = (await cmap.GetUInt64Async(Counter))!.Value;

        cluster.Freeze(1);
        _clock.Advance(10 * Hold);

        Assert.That(await cmap.GetUInt64Async(Counter), Is.EqualTo(before));
        Assert.That(await cmap.GetUInt64Async(Age), Is.EqualTo(6850));
        Assert.That(await quorum.GetQuorateAsync(), Is.True, "as a stale daemon says");
        Assert.That(cluster.View(1).Members, Has.Count.EqualTo(3));
        Assert.That(cluster.View(2).Members.Select(static node => node.Value), Is.EqualTo(new uint[] { 2, 3 }));

        cluster.Thaw(1);
        _clock.Advance(Hold);

        Assert.That(await cmap.GetUInt64Async(Counter), Is.EqualTo(before + 1));
        Assert.That(cluster.View(1), Has.Property("Quorate").True.And.Property("Members").Count.EqualTo(3));
        Assert.That(cluster.View(1).RingId, Is.EqualTo(cluster.View(2).RingId));
    }

    [Test]
    public async Task Thawed_node_that_is_cut_off_learns_that_it_is_alone()
    {
        SimulatedCluster cluster = new(3);
        await using QuorumSimulator simulator = Start(cluster);
        cluster.Freeze(1);
        cluster.Partition([1], [2, 3]);
        cluster.SetExpectedVotes(3);
        Assert.That(cluster.View(1).Quorate, Is.True);
        cluster.Thaw(1);
        Assert.That(cluster.View(1).Quorate, Is.False);
        Assert.That(cluster.View(1).Members, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Hung_daemon_does_not_answer_cmap_and_its_counter_stands_still()
    {
        await using QuorumSimulator simulator = Start(new(3));
        await using CmapConnection cmap = await ConnectAsync(simulator, CmapMap.Statistics);
        ulong before = (await cmap.GetUInt64Async(Counter))!.Value;
        Task<ulong?> asked;
        using (simulator.Inject(SimulatorFault.Hang()))
        {
            _clock.Advance(10 * Hold);
            asked = cmap.GetUInt64Async(Counter).AsTask();
            Assert.That(asked.IsCompleted, Is.False);
        }

        Assert.That(await asked.WaitAsync(Wait.Bound), Is.EqualTo(before));
        _clock.Advance(Hold);
        Assert.That(await cmap.GetUInt64Async(Counter), Is.EqualTo(before + 1));
    }

    [Test]
    public async Task Rings_are_counted_from_the_daemons_start()
    {
        SimulatedCluster cluster = new(3);
        await using QuorumSimulator simulator = Start(cluster);
        await using (CmapConnection cmap = await ConnectAsync(simulator, CmapMap.Statistics))
        {
            Assert.That(await cmap.GetUInt64Async(Gather), Is.EqualTo(1));
            cluster.Kill(3);
            cluster.Join(3);
            Assert.That(await cmap.GetUInt64Async(Gather), Is.EqualTo(3));
            Assert.That(await cmap.GetUInt64Async(Operational), Is.EqualTo(3));
            cluster.SetExpectedVotes(5);
            Assert.That(await cmap.GetUInt64Async(Gather), Is.EqualTo(3), "no new ring");
            _clock.Advance(10 * Hold);
            cluster.Leave(1);
            Assert.That(async () => await cmap.GetUInt64Async(Gather), Throws.InstanceOf<QuorumException>());
        }

        Assert.That(simulator.CmapAddress, Is.Null);
        cluster.Join(1);
        await using CmapConnection again = await ConnectAsync(simulator, CmapMap.Statistics);
        Assert.That(await again.GetUInt64Async(Counter), Is.Zero);
        Assert.That(await again.GetUInt64Async(Gather), Is.EqualTo(2), "its own ring, and that of all");
    }

    [Test]
    public async Task Maps_have_their_own_keys()
    {
        await using QuorumSimulator simulator = Start(new(3));
        await using CmapConnection configuration = await ConnectAsync(simulator, CmapMap.Configuration);
        await using CmapConnection statistics = await ConnectAsync(simulator, CmapMap.Statistics);
        Assert.That(configuration.TryGet(Counter, out _), Is.False);
        Assert.That(statistics.TryGet("runtime.config.totem.token", out _), Is.False);
        Assert.That(
            await configuration.GetAsync("runtime.config.totem.token"), Is.EqualTo((CmapValue?)CmapValue.Of(3650u)));
        Assert.That(await statistics.GetAsync(Operational), Is.EqualTo((CmapValue?)CmapValue.Of(1ul)));
        Assert.That(await configuration.GetAsync("runtime.connections.active"), Is.Null);
    }

    [Test]
    public async Task Cmap_is_where_clients_look_for_it([Values("quorum", "other", "my-quorum")] string name)
    {
        string directory = Directory.CreateTempSubdirectory("quorum-test-").FullName;
        try
        {
            foreach (IpcAddress address in (IpcAddress[])
                [IpcAddress.Path($"{directory}/{name}"), IpcAddress.Abstract($"{Guid.NewGuid():N}{name}")])
            {
                await using QuorumSimulator simulator =
                    QuorumSimulator.Start(new() { Address = address, Transport = transport });
                IpcAddress expected = QuorumEndpoint.Parse(simulator.Endpoint).AddressesOf("cmap")[0];
                Assert.That(simulator.CmapAddress, Is.EqualTo(expected));
                await using CmapConnection cmap = await ConnectAsync(simulator, CmapMap.Configuration);
                Assert.That(cmap.Address, Is.EqualTo(expected));
            }

            Assert.That(Directory.GetFileSystemEntries(directory), Is.Empty);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public async Task Quorum_is_served_where_the_address_of_cmap_is_taken_or_too_long()
    {
        string directory = Directory.CreateTempSubdirectory("quorum-test-").FullName;
        try
        {
            await File.WriteAllTextAsync(directory + "/cmap", "not a socket");
            IpcAddress[] addresses =
                [IpcAddress.Path(directory + "/quorum"), IpcAddress.Abstract(new string('a', 107))];
            foreach (IpcAddress address in addresses)
            {
                SimulatedCluster cluster = new(3);
                await using QuorumSimulator simulator =
                    QuorumSimulator.Start(new() { Cluster = cluster, Address = address, Transport = transport });
                Assert.That(simulator.CmapAddress, Is.Null);
                cluster.Restart(1);
                using IDisposable fault = simulator.Inject(SimulatorFault.FlowControl(1));
                fault.Dispose();
                await using QuorumConnection quorum = await QuorumConnection.ConnectAsync(
                    OptionsOf(simulator) with { AssumeModelV1 = true });
                Assert.That(await quorum.GetQuorateAsync(), Is.True);
            }

            Assert.That(await File.ReadAllTextAsync(directory + "/cmap"), Is.EqualTo("not a socket"));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public async Task Client_of_model_v1_finds_at_the_address_quorum_that_the_daemon_is_new()
    {
        string directory = Directory.CreateTempSubdirectory("quorum-test-").FullName;
        try
        {
            await using QuorumSimulator simulator = QuorumSimulator.Start(
                new() { Address = IpcAddress.Path(directory + "/quorum"), Transport = transport });
            await using QuorumConnection quorum = await QuorumConnection.ConnectAsync(OptionsOf(simulator));
            Assert.That(quorum.Model, Is.EqualTo(QuorumModel.V1));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [TestCase(29)]
    [TestCase(-1)]
    public void Start_with_a_token_time_out_that_is_none_is_misuse(int milliseconds) =>
        Assert.That(
            () => QuorumSimulator.Start(new() { TokenTimeout = TimeSpan.FromMilliseconds(milliseconds) }),
            Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static QuorumConnectionOptions OptionsOf(QuorumSimulator simulator) => new()
    {
        Endpoint = QuorumEndpoint.Parse(simulator.Endpoint),
        ConnectTimeout = Wait.Bound,
        RequestTimeout = Wait.Bound,
    };

    private static ValueTask<CmapConnection> ConnectAsync(QuorumSimulator simulator, CmapMap map) =>
        CmapConnection.ConnectAsync(OptionsOf(simulator), map);

    private async Task AssertTimesAsync(SimulatedCluster cluster, TimeSpan? timeout, params ulong[] expected)
    {
        await using QuorumSimulator simulator = Start(cluster, timeout);
        await using CmapConnection cmap = await ConnectAsync(simulator, CmapMap.Configuration);
        List<ulong?> found = [];
        foreach (string name in (string[])["token", "consensus", "hold", "token_retransmit"])
        {
            found.Add(await cmap.GetUInt64Async("runtime.config.totem." + name));
        }

        Assert.That(found, Is.EqualTo(expected));
    }

    private QuorumSimulator Start(SimulatedCluster cluster, TimeSpan? timeout = null) => QuorumSimulator.Start(new()
    {
        Cluster = cluster,
        Transport = transport,
        TokenTimeout = timeout,
        TimeProvider = _clock,
    });
}
