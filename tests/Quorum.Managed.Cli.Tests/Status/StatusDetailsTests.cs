using System.Text.Json;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Cli.Tests;

// The services around quorum may be silent or talk nonsense: the answer of status is the same.
public sealed class StatusDetailsTests
{
    [TestCase("cmap")]
    [TestCase("votequorum")]
    public async Task Status_with_a_silent_service_answers_within_its_limit_and_leaves_the_part_out(string service)
    {
        using RawDaemon daemon = new();
        using RawDaemon silent = new($"{daemon.Name}-{service}");
        CommandRun run = await RunAsync(daemon);
        JsonElement json = JsonDocument.Parse(run.Out).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(silent.HasClient);
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(run.Error, Is.Empty);
            Assert.That(json.GetProperty("state").GetString(), Is.EqualTo("quorate"));
            Assert.That(json.GetProperty("members").GetArrayLength(), Is.EqualTo(2));
            Assert.That(json.TryGetProperty("clusterName", out _), Is.False);
            Assert.That(json.TryGetProperty("votes", out _), Is.False);
            Assert.That(json.TryGetProperty("nodes", out _), Is.False);
        });
    }

    [Test]
    public async Task Status_with_a_votequorum_that_breaks_the_protocol_leaves_the_votes_out()
    {
        using RawDaemon daemon = new();
        using RawDaemon votes = new(daemon.Name + "-votequorum");
        Task<RawPeer> serving = votes.ServeAsync(static peer =>
        {
            peer.AcceptSharedMemory();
            _ = peer.ReadRequest();
            peer.Respond(RawPeer.Response(1, 24, 1));
        });
        CommandRun run = await RunAsync(daemon);
        using RawPeer served = await Wait.ForAsync(serving);
        Assert.That(run.ExitCode, Is.Zero, run.Error);
        Assert.That(run.Error, Is.Empty);
        Assert.That(JsonDocument.Parse(run.Out).RootElement.TryGetProperty("votes", out _), Is.False);
    }

    private static async Task<CommandRun> RunAsync(RawDaemon daemon)
    {
        Task<RawPeer> serving = daemon.ServeAsync(static peer =>
        {
            peer.AcceptSharedMemory();
            byte[] request = peer.ReadRequest();
            peer.Respond(RawPeer.TypeResponse(request[0] == 4 ? 5 : 4));
            _ = peer.ReadRequest();
            peer.SendEvent(RawEvents.NodeList(12, 1, 2));
            peer.SendEvent(RawEvents.Quorum(true, 12, 1, 2));
            peer.Respond(RawPeer.Response(1, 24, 1));
            _ = peer.ReadRequest();
            peer.Respond(RawPeer.QuorateResponse(true));
        });
        CommandRun run = await CommandRun.InvokeAsync(
            "status", "--json", "--timeout", "10s", "--endpoint", "abstract:" + daemon.Name);
        using RawPeer served = await Wait.ForAsync(serving);
        return run;
    }
}
