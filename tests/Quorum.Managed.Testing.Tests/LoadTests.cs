using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>Many clients, slow clients and clients that die: no event is lost, and nothing is left behind.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class LoadTests(IpcConnectionType transport) : NativeFixture
{
    private static bool IsLong => Environment.GetEnvironmentVariable("QUORUM_LONG") is "1";

    [Test]
    public async Task Two_hundred_connections_at_once_all_see_the_change()
    {
        const int Count = 200;
        await using QuorumSimulator simulator = QuorumSimulator.Start(new() { Transport = transport });
        QuorumConnectionOptions options = new()
        {
            Endpoint = QuorumEndpoint.Parse(simulator.Endpoint),
            MaxMessageSize = WireLimits.MinMaxMessageSize,
            ConnectTimeout = Wait.Bound,
            RequestTimeout = Wait.Bound,
        };
        QuorumConnection[] connections = await Task.WhenAll(
            Enumerable.Range(0, Count).Select(async _ => await QuorumConnection.ConnectAsync(options)));
        Assert.That(simulator.ConnectionCount, Is.EqualTo(Count));

        Task tracking = Task.WhenAll(connections.Select(async connection =>
        {
            await connection.TrackStartAsync(TrackFlags.Changes);
            await WaitForStateAsync(connection, quorate: true);
        }));
        bool[] answers =
            await Task.WhenAll(connections.Select(async connection => await connection.GetQuorateAsync()));
        Assert.That(answers, Is.All.True);
        await tracking;
        simulator.Cluster.SetQuorate(false);
        await Task.WhenAll(connections.Select(connection => WaitForStateAsync(connection, quorate: false)));

        foreach (QuorumConnection connection in connections)
        {
            await connection.DisposeAsync();
        }

        await Wait.ForAsync(simulator.WhenDisconnectedAsync(), "the end of all connections");
        Assert.That(simulator.ConnectionCount, Is.Zero);
    }

    [Test]
    public async Task Hundred_thousand_events_reach_a_slow_client_in_order()
    {
        const int Changes = 100_000;
        await using QuorumSimulator simulator = Start(transport);
        using NativeQuorumHandle handle = Connect();
        handle.TrackStart();
        for (int i = 0; i < Changes; i++)
        {
            simulator.Cluster.SetQuorate(i % 2 != 0);
        }

        Assert.That(simulator.QueuedEvents, Is.GreaterThan(0), "the client was not slow enough");
        handle.WaitForEvent(2 + Changes, Wait.Bound * 2);
        IEnumerable<bool> inOrder = handle.Events.Skip(2).Select(static (e, i) => e.Quorate == (uint)(i % 2));
        Assert.That(inOrder, Is.All.True);
        Assert.That(simulator.QueuedEvents, Is.Zero);
        Assert.That(handle.GetQuorate(), Is.True);
    }

    [Test]
    public async Task Clients_killed_at_random_moments_leave_nothing()
    {
        const int WarmUp = 20;
        int kills = IsLong ? 1000 : 2 * WarmUp;
        Random random = new(20261123);
        await using QuorumSimulator simulator = Start(transport);
        long memory = 0;
        int descriptors = 0;
        for (int done = 1; done <= kills; done++)
        {
            await KillAtRandomAsync(simulator, random);
            if (done == WarmUp)
            {
                await WaitUntilDisconnectedAsync(simulator);
                (memory, descriptors) = (Memory, Descriptors);
            }
        }

        await WaitUntilDisconnectedAsync(simulator);
        await TestContext.Out.WriteLineAsync(
            $"{kills} clients killed; since number {WarmUp}: memory {memory} -> {Memory}, "
            + $"descriptors {descriptors} -> {Descriptors}");
        Assert.Multiple(() =>
        {
            Assert.That(simulator.ConnectionCount, Is.Zero);
            Assert.That(LeakCheck.Take([Environment.ProcessId]).SharedMemory, Is.Empty);
            Assert.That(Memory, Is.LessThan(memory + (4 * 1024 * 1024)));
            Assert.That(Descriptors, Is.LessThanOrEqualTo(descriptors + 5));
        });
        using NativeQuorumHandle handle = Connect();
        Assert.That(handle.GetQuorate(), Is.True);
    }

    private static long Memory => GC.GetTotalMemory(forceFullCollection: true);

    private static int Descriptors => Directory.GetFiles("/proc/self/fd").Length;

    private static Task<QuorumNotification> WaitForStateAsync(QuorumConnection connection, bool quorate) =>
        Wait.ForAsync(
        connection.ReadNotificationsAsync(),
        notification => notification is QuorumChanged changed && changed.Quorate == quorate,
        quorate ? "a notification of quorum" : "a notification that quorum is lost");

    // Some clients die while they connect, others between or inside their requests.
    private async Task KillAtRandomAsync(QuorumSimulator simulator, Random random)
    {
        using ClientProcess client = StartClient("hold", "1000000");
        if (random.Next(3) > 0)
        {
            await client.ReadLineAsync();
        }

        simulator.Flood(random.Next(5));
        Quiet.For(TimeSpan.FromMilliseconds(random.Next(8)));
        await client.KillAsync();
    }

    // The server accepts connections in the order in which they were made. When this client is answered, the
    // connections of all clients before it are known to the server.
    private async Task WaitUntilDisconnectedAsync(QuorumSimulator simulator)
    {
        using (NativeQuorumHandle last = Connect())
        {
            last.GetQuorate();
        }

        await Wait.ForAsync(simulator.WhenDisconnectedAsync(), "the end of all connections");
    }
}
