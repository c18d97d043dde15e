using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Cli.Tests;

// The services around quorum may be silent or talk nonsense: the answer of status is the same.
public sealed class StatusDetailsTests
{
    // cmap tells whether the daemon is alive in its ring. One that is silent lets no yes pass: that of a daemon that
    // stood still is.
    [Test]
    public async Task Status_with_a_silent_cmap_is_unknown()
    {
        using RawDaemon daemon = new();
        using RawDaemon silent = new(daemon.Name + "-cmap");
        CommandRun run = await RunAsync(daemon);
        JsonElement json = JsonDocument.Parse(run.Out).RootElement;
        Assert.Multiple(() =>
        {
            Assert.That(silent.HasClient);
            Assert.That(run.ExitCode, Is.EqualTo(2));
            Assert.That(run.Error, Does.Contain("cmap"));
            Assert.That(json.GetProperty("state").GetString(), Is.EqualTo("unknown"));
        });
    }

    // A commit that failed leaves its number ahead for good. Nothing else speaks against the answer.
    [Test]
    public async Task Status_is_not_held_up_by_a_commit_that_failed_long_ago()
    {
        using RawDaemon daemon = new();
        using RawDaemon cmap = new(daemon.Name + "-cmap");
        Task served = ServeNumbersAsync(
            cmap,
            ("stats.srp.time_since_token_last_received", 100),
            ("stats.srp.commit_entered", 5),
            ("stats.srp.operational_entered", 4));
        CommandRun run = await RunAsync(daemon);
        await EndedAsync(served);
        JsonElement json = JsonDocument.Parse(run.Out).RootElement;
        Assert.That((run.ExitCode, json.GetProperty("basis").GetString()), Is.EqualTo((0, "tokenAge")), run.Error);
    }

    // The limits of the age cannot be read: no second connection to cmap is served.
    [Test]
    public async Task Status_does_not_believe_an_age_whose_limits_are_not_told()
    {
        using RawDaemon daemon = new();
        using RawDaemon cmap = new(daemon.Name + "-cmap");
        Task served = ServeNumbersAsync(cmap, ("stats.srp.time_since_token_last_received", 1000));
        CommandRun run = await RunAsync(daemon);
        await EndedAsync(served);
        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Error, Does.Contain("no token of its ring for 1 s"));
    }

    [Test]
    public async Task Status_with_a_silent_votequorum_answers_within_its_limit_and_leaves_the_votes_out()
    {
        using RawDaemon daemon = new();
        using RawDaemon silent = new(daemon.Name + "-votequorum");
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

    // One connection to cmap, whose statistics are these 64-bit numbers.
    private static Task<RawPeer> ServeNumbersAsync(RawDaemon cmap, params (string Key, ulong Value)[] numbers) =>
        cmap.ServeAsync(peer =>
        {
            const int Get = 2;
            const int SetMap = 9;
            const int Room = 280;
            peer.AcceptSharedMemory();
            while (true)
            {
                byte[] request = peer.ReadRequest();
                string key = Encoding.ASCII.GetString(request, 24, Math.Min(64, request.Length - 24)).TrimEnd('\0');
                (string? name, ulong value) = Array.Find(numbers, number => number.Key == key);
                peer.Respond(
                    request[0] == SetMap ? RawPeer.Response(SetMap + 1, 24, 1)
                    : name is null ? RawPeer.Response(Get, 40, 12)
                    : RawPeer.Response(Get, 40 + request[Room], 1).Put(24, 8UL).Put(32, 8).Put(40, value));
            }
        });

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
            while (true)
            {
                _ = peer.ReadRequest();
                peer.Respond(RawPeer.QuorateResponse(true));
            }
        });
        CommandRun run = await CommandRun.InvokeAsync(
            "status", "--json", "--timeout", "10s", "--endpoint", "abstract:" + daemon.Name);
        await EndedAsync(serving);
        return run;
    }

    // The played daemon has served to the end of its client. Only then may the test take its rings away.
    private static async Task EndedAsync(Task serving)
    {
        await Wait.ForAsync(Task.WhenAny(serving));
        Assert.That(
            serving.Exception?.InnerException, Is.InstanceOf<EndOfStreamException>().Or.InstanceOf<SocketException>());
    }
}
