using System.Text.Json;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Cli.Tests;

// What the daemon may say, in an order or a manner that a healthy node with a quorum provider seldom shows.
public sealed class StatusOrderTests
{
    [Test]
    public async Task Status_is_complete_when_the_quorum_notification_comes_before_the_node_list()
    {
        CommandRun run = await RunAsync("status", quorumType: 1, static peer =>
        {
            _ = peer.ReadRequest();
            peer.SendEvent(RawEvents.NodeList(8, 1));
            peer.SendEvent(RawEvents.Quorum(true, 12, 1, 2));
            peer.SendEvent(RawEvents.NodeList(12, 1, 2));
            peer.Respond(RawPeer.Response(1, 24, 1));
            _ = peer.ReadRequest();
            peer.Respond(RawPeer.QuorateResponse(true));
        });
        JsonElement json = JsonDocument.Parse(run.Out).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.Zero, run.Error);
            Assert.That(json.GetProperty("ringId").GetString(), Is.EqualTo("1.c"));
            Assert.That(json.GetProperty("members").GetArrayLength(), Is.EqualTo(2));
        });
    }

    [Test]
    public async Task Check_of_a_daemon_without_a_quorum_provider_is_no_yes()
    {
        CommandRun run = await RunAsync("check", quorumType: 0, static peer =>
        {
            _ = peer.ReadRequest();
            peer.Respond(RawPeer.QuorateResponse(true));
        });
        Assert.Multiple(() =>
        {
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Match(@"\Aquorum: corosync has no quorum provider [^\n]+\n\z"));
            Assert.That(run.Out, Does.Contain("\"state\":\"unknown\""));
        });
    }

    [Test]
    public async Task Status_of_a_newer_ring_without_its_quorum_state_is_a_changing_membership()
    {
        CommandRun run = await RunAsync("status", quorumType: 1, static peer =>
        {
            _ = peer.ReadRequest();
            peer.SendEvent(RawEvents.Quorum(true, 8, 1, 2));
            peer.SendEvent(RawEvents.NodeList(12, 1));
            peer.Respond(RawPeer.Response(1, 24, 1));
            _ = peer.ReadRequest();
            peer.Respond(RawPeer.QuorateResponse(true));
        });
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("the membership is changing"));
        Assert.That(run.Out, Does.Contain("\"state\":\"unknown\"").And.Contain("\"members\":[1]"));
    }

    // Each answer comes within the time limit, and both together do not.
    [Test]
    public async Task Timeout_of_check_limits_all_of_it()
    {
        TimeSpan pause = TimeSpan.FromMilliseconds(1200);
        using RawDaemon daemon = new();
        using ManualResetEventSlim never = new();
        Task<RawPeer> serving = daemon.ServeAsync(peer =>
        {
            peer.AcceptSharedMemory();
            byte[] request = peer.ReadRequest();
            never.Wait(pause);
            peer.Respond(RawPeer.TypeResponse(request[0] == 4 ? 5 : 4));
            _ = peer.ReadRequest();
            never.Wait(pause);
            peer.Respond(RawPeer.QuorateResponse(true));
        });
        CommandRun run = await CommandRun.InvokeAsync(
            "check", "--timeout", "2s", "--endpoint", "abstract:" + daemon.Name);
        // The peer may find its client gone.
        await Task.WhenAny(serving);
        Assert.That(run.ExitCode, Is.EqualTo(2), run.Out);
        Assert.That(run.Error, Does.Contain("did not answer within 2 s"));
    }

    private static async Task<CommandRun> RunAsync(string command, int quorumType, Action<RawPeer> answer)
    {
        using RawDaemon daemon = new();
        Task<RawPeer> serving = daemon.ServeAsync(peer =>
        {
            peer.AcceptSharedMemory();
            byte[] request = peer.ReadRequest();
            peer.Respond(RawPeer.TypeResponse(request[0] == 4 ? 5 : 4, quorumType));
            answer(peer);
        });
        CommandRun run = await CommandRun.InvokeAsync(command, "--json", "--endpoint", "abstract:" + daemon.Name);
        using RawPeer served = await Wait.ForAsync(serving);
        return run;
    }
}
