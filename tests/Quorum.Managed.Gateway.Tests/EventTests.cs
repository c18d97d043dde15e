using System.Globalization;
using System.Text;
using System.Text.Json;
using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Gateway.Tests;

public sealed class EventTests : SimulatedFixture
{
    private const int Changes = 10_000;
    private const int Readers = 50;

    private static readonly byte[] Request = Encoding.ASCII.GetBytes("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");

    [Test]
    public async Task State_comes_at_once_then_changes_and_heartbeats()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        await gateway.UntilAsync("quorate");
        await using IAsyncEnumerator<(string Name, JsonElement Data)> events =
            gateway.EventsAsync().GetAsyncEnumerator();
        Assert.That(await Wait.ForAsync(events.MoveNextAsync().AsTask()), Is.True);
        Assert.That(events.Current.Name, Is.EqualTo("status"));
        Assert.That(State(), Is.EqualTo("quorate"));
        Assert.That(events.Current.Data.TryGetProperty("nodes", out _), Is.True);

        Simulator.Cluster.Partition([1], [2, 3]);
        await UntilAsync(() => events.Current.Name == "status" && State() == "inquorate");
        Simulator.Cluster.Heal();
        await UntilAsync(() => events.Current.Name == "status" && State() == "quorate");
        await UntilAsync(() => events.Current.Name == "heartbeat");
        Assert.That(State(), Is.EqualTo("quorate"));

        string? State() => events.Current.Data.GetProperty("state").GetString();

        async Task UntilAsync(Func<bool> condition)
        {
            // Heartbeats come all the time, so that no single wait would be too long.
            using CancellationTokenSource limit = new(Wait.Bound);
            do
            {
                Assert.That(limit.IsCancellationRequested, Is.False, "the event did not come");
                Assert.That(await Wait.ForAsync(events.MoveNextAsync().AsTask()), Is.True, "the stream ended");
            }
            while (!condition());
        }
    }

    // The readers would be owed more than a gigabyte.
    [Test]
    public async Task Readers_that_do_not_read_cost_no_memory_and_get_the_newest()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        await gateway.UntilAsync("quorate");
        List<Stream> readers = [];
        try
        {
            for (int i = 0; i < Readers; i++)
            {
                readers.Add(await gateway.ConnectAsync(receiveBuffer: 4096));
                await readers[^1].WriteAsync(Request);
            }

            long before = gateway.ResidentBytes;
            for (int i = 0; i < Changes / 2; i++)
            {
                Simulator.Cluster.Partition([1], [2, 3]);
                Simulator.Cluster.Heal();
            }

            Simulator.Cluster.Partition([1, 3], [2]);
            string ring = (await gateway.GetUntilAsync(
                "/status", answer => answer.Json.GetProperty("members").GetRawText() == "[1,3]", "the last change"))
                .Text("ringId")!;
            long grown = gateway.ResidentBytes - before;
            TestContext.Out.WriteLine($"{before} bytes, and {grown} more after the changes");
            Assert.That(grown, Is.LessThan(200_000_000));

            // What the kernel holds comes first, and then the newest.
            using StreamReader late = new(readers[0]);
            List<string> lines = [];
            using CancellationTokenSource limit = new(Wait.Bound + Wait.Bound);
            while (lines is not [.., var last] || !last.Contains($"\"ringId\":\"{ring}\"", StringComparison.Ordinal))
            {
                Assert.That(limit.IsCancellationRequested, Is.False, "the newest did not come");
                lines.Add(await Wait.ForAsync(late.ReadLineAsync()) ?? throw new EndOfStreamException(lines[^1]));
            }

            // Fewer than the gateway has published: the number of the newest says how many those were.
            long[] ids = [.. lines.Where(static line => line.StartsWith("id: ", StringComparison.Ordinal))
                .Select(static line => long.Parse(line[4..], CultureInfo.InvariantCulture))];
            TestContext.Out.WriteLine($"{ids.Length} of {ids[^1] - ids[0] + 1} events for {Changes} changes");
            Assert.That(ids, Is.Ordered.And.Unique);
            Assert.That(ids, Has.Length.LessThan(ids[^1] - ids[0] + 1), "a slow reader skips");
        }
        finally
        {
            readers.ForEach(static reader => reader.Dispose());
        }
    }

    [Test]
    public async Task Thousand_idle_connections_hold_up_nobody()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        await gateway.UntilAsync("quorate");
        List<Stream> idle = [];
        try
        {
            for (int i = 0; i < 1000; i++)
            {
                idle.Add(await gateway.ConnectAsync());
            }

            Assert.That((await gateway.GetAsync("/readyz")).Code, Is.EqualTo(200));
            Assert.That((await gateway.GetAsync("/livez")).Code, Is.EqualTo(200));
            // One that wakes up is served.
            await idle[500].WriteAsync(Encoding.ASCII.GetBytes("GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"));
            using StreamReader reader = new(idle[500]);
            Assert.That(await Wait.ForAsync(reader.ReadLineAsync()), Is.EqualTo("HTTP/1.1 200 OK"));
        }
        finally
        {
            idle.ForEach(static stream => stream.Dispose());
        }
    }

    // The daemon sees one client, whoever asks the gateway.
    [Test]
    public async Task Readers_are_no_clients_of_the_daemon()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        await gateway.UntilAsync("quorate");
        int connections = Simulator.ConnectionCount;
        List<Stream> readers = [];
        try
        {
            for (int i = 0; i < 100; i++)
            {
                readers.Add(await gateway.ConnectAsync());
                await readers[^1].WriteAsync(Request);
                await gateway.GetAsync("/readyz");
            }

            Assert.That(Simulator.ConnectionCount, Is.EqualTo(connections));
        }
        finally
        {
            readers.ForEach(static reader => reader.Dispose());
        }
    }

    [Test]
    public async Task End_of_the_gateway_ends_the_stream()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        await gateway.UntilAsync("quorate");
        await using Stream stream = await gateway.ConnectAsync();
        await stream.WriteAsync(Request);
        using StreamReader reader = new(stream);
        Assert.That(await Wait.ForAsync(reader.ReadLineAsync()), Is.EqualTo("HTTP/1.1 200 OK"));
        gateway.Process.Signal(NodeProcess.Terminate);
        string rest = await Wait.ForAsync(reader.ReadToEndAsync());
        Assert.That(rest, Does.EndWith("\r\n0\r\n\r\n"), "the end of the chunks");
        Assert.That(gateway.Process.Error, Does.Not.Contain("fail:").And.Not.Contain("crit:"));
        Assert.That((await gateway.Process.WaitAsync(Wait.Bound)).ExitCode, Is.Zero);
    }
}
