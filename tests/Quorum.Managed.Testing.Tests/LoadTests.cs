using System.Diagnostics;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>Many clients, slow clients, clients that die: nothing is lost and nothing is left.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class LoadTests(IpcConnectionType transport) : NativeFixture
{
    private static bool Long => Environment.GetEnvironmentVariable("QUORUM_LONG") is "1";

    [Test]
    public async Task Two_hundred_connections_at_once_all_see_the_change()
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start(new() { Transport = transport });
        QuorumConnectionOptions options = new() { Endpoint = QuorumEndpoint.Parse(simulator.Endpoint), MaxMessageSize = 12328, ConnectTimeout = Patience, RequestTimeout = Patience };
        QuorumConnection[] connections = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ => await QuorumConnection.ConnectAsync(options)));
        Assert.That(simulator.ConnectionCount, Is.EqualTo(200));

        int quorate = 0;
        Task<bool>[] watching = [.. connections.Select(WatchAsync)];
        Assert.That(await Task.WhenAll(connections.Select(async connection => await connection.GetQuorateAsync())), Is.All.True);
        await Eventually.IsTrueAsync(() => Volatile.Read(ref quorate) == connections.Length);
        simulator.Cluster.SetQuorate(false);

        Assert.That(await Task.WhenAll(watching).WaitAsync(Patience), Is.All.False);
        foreach (QuorumConnection connection in connections)
        {
            await connection.DisposeAsync();
        }

        await Eventually.IsTrueAsync(() => simulator.ConnectionCount == 0);

        // Each is told the state when it begins, and then the change.
        async Task<bool> WatchAsync(QuorumConnection connection)
        {
            await connection.TrackStartAsync(TrackFlags.Changes);
            await foreach (QuorumNotification notification in connection.ReadNotificationsAsync())
            {
                if (notification is QuorumChanged { Quorate: false })
                {
                    return false;
                }

                if (notification is QuorumChanged { Quorate: true })
                {
                    Interlocked.Increment(ref quorate);
                }
            }

            return true;
        }
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
        handle.WaitForEvent(2 + Changes, TimeSpan.FromSeconds(60));
        Assert.That(handle.Events.Skip(2).Select(static (e, i) => e.Quorate == (uint)(i % 2)), Is.All.True);
        Assert.That(simulator.QueuedEvents, Is.Zero);
        Assert.That(handle.GetQuorate(), Is.True);
    }

    [Test]
    public async Task Clients_killed_at_random_moments_leave_nothing()
    {
        int kills = Long ? 1000 : 60;
        Random random = new(20261123);
        await using QuorumSimulator simulator = Start(transport);
        Stopwatch watch = Stopwatch.StartNew();
        int done = 0;
        long memory = 0;
        int threads = 0;
        int descriptors = 0;
        while (done < kills && (Long || watch.Elapsed < TimeSpan.FromSeconds(15)))
        {
            using ClientProcess client = StartClient("hold", "1000000");
            if (random.Next(3) > 0)
            {
                client.ReadLine();
            }

            simulator.Flood(random.Next(5));
            Assert.That(client.HasEndedWithin(TimeSpan.FromMilliseconds(random.Next(8))), Is.False);
            client.Kill();
            done++;
            if (done == 20)
            {
                await Eventually.IsTrueAsync(() => simulator.ConnectionCount == 0);
                memory = GC.GetTotalMemory(forceFullCollection: true);
                threads = ThreadPool.ThreadCount;
                descriptors = Directory.GetFiles("/proc/self/fd").Length;
            }
        }

        await Eventually.IsTrueAsync(() => simulator.ConnectionCount == 0);
        await Eventually.IsTrueAsync(() => LeakCheck.Take([Environment.ProcessId]).SharedMemory.Count == 0);
        await TestContext.Out.WriteLineAsync(
            $"{done} clients killed in {watch.Elapsed.TotalSeconds:0} s; since the 20th: memory {memory} -> {GC.GetTotalMemory(forceFullCollection: true)}, threads {threads} -> {ThreadPool.ThreadCount}, descriptors {descriptors} -> {Directory.GetFiles("/proc/self/fd").Length}");
        Assert.Multiple(() =>
        {
            Assert.That(done, Is.GreaterThanOrEqualTo(25));
            Assert.That(GC.GetTotalMemory(forceFullCollection: true), Is.LessThan(memory + (4 * 1024 * 1024)));
            Assert.That(Directory.GetFiles("/proc/self/fd"), Has.Length.LessThanOrEqualTo(descriptors + 5));
        });
        using NativeQuorumHandle handle = Connect();
        Assert.That(handle.GetQuorate(), Is.True);
    }
}
