using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

/// <summary>
/// A monitor that includes votes and names. The test plays votequorum and cmap byte by byte, and the clock moves only
/// when told.
/// </summary>
public sealed class MonitorPartsTests : MonitorFixture
{
    private const int Refused = -13;

    // How far a service gets before it fails.
    public enum Failure
    {
        NoService,
        NoHandshake,
        RefusedHandshake,
        NoTracking,
        RefusedTracking,
        NoAnswer,
        RefusedAnswer,
        ShortAnswer,
        Death,
    }

    private readonly string _name = $"quorum-test-{Guid.NewGuid():N}";
    private readonly List<RawDaemon> _services = [];

    private static byte[] Info => RawPeer.Response(1, 320, 1)
        .Put(24, 1).Put(28, 1).Put(32, 1).Put(36, 3).Put(40, 3).Put(44, 3).Put(48, 2).Put(52, 2);

    private protected override QuorumMonitorOptions Options => base.Options with
    {
        IncludeVotes = true,
        IncludeNames = true,
        Connection = new() { Endpoint = QuorumEndpoint.Abstract(_name), ConnectTimeout = TimeSpan.FromMinutes(1) },
    };

    [TearDown]
    public void CloseServices()
    {
        _services.ForEach(static service => service.Dispose());
        _services.Clear();
    }

    [Test]
    public async Task Votequorum_that_fails_delays_no_probe_no_loss_and_no_expiry([Values] Failure failure) =>
        await AssertUndelayedAsync("votequorum", failure);

    [Test]
    public async Task Cmap_that_fails_delays_no_probe_no_loss_and_no_expiry([Values] Failure failure) =>
        await AssertUndelayedAsync("cmap", failure);

    [Test]
    public async Task Votes_are_those_of_the_ring_or_missing()
    {
        TaskCompletionSource<RawPeer> tracking = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<RawPeer> served = Listen("votequorum").ServeAsync(peer =>
        {
            peer.AcceptSharedMemory();
            AnswerTracking(peer, Ring);
            Assert.That(peer.ReadRequest()[0], Is.Zero, "getinfo");
            peer.Respond(Info);
            tracking.SetResult(peer);
        });
        await MakeQuorateAsync();
        QuorumSnapshot snapshot = await WaitAsync(snapshot => snapshot.Votes is not null);
        Assert.That(snapshot.Votes, Is.EqualTo(new ClusterVotes(3, 3, 3, 2, VoteQuorumFlags.Quorate, 0, "")));
        Assert.That(snapshot.VotesPart!.ReadAt, Is.EqualTo(Time.GetUtcNow()));
        Assert.That(snapshot.IsQuorate);
        Assert.That(snapshot.ToString(), Is.EqualTo("quorate, ring 1.d, members [1 2 3], 3 of 3 votes"));

        // The quorum service is ahead: votequorum has not told of the new ring.
        RingId next = new(new NodeId(1), 0x11);
        NodeList two = NodeList.Create([new(1), new(2)]);
        Daemon.Say(true, next, two);
        snapshot = await WaitAsync(snapshot => snapshot.RingId == next);
        Assert.That(
            (snapshot.IsQuorate, snapshot.Votes, snapshot.VotesPart!.ReadAt), Is.EqualTo((true, Nothing, Never)));

        RawPeer peer = await Wait.ForAsync(tracking.Task);
        SendState(peer, next);
        Assert.That(peer.ReadRequest()[0], Is.Zero, "getinfo");
        peer.Respond(Info.Put(44, 2));
        snapshot = await WaitAsync(snapshot => snapshot.Votes is not null);
        Assert.That((snapshot.RingId, snapshot.Votes!.Total), Is.EqualTo(((RingId?)next, 2)));
        await Wait.ForAsync(served);
    }

    [Test]
    public async Task Votes_are_read_again_from_time_to_time_and_the_same_ones_are_no_change()
    {
        TaskCompletionSource<RawPeer> tracking = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<RawPeer> served = Listen("votequorum").ServeAsync(peer =>
        {
            peer.AcceptSharedMemory();
            AnswerTracking(peer, Ring);
            _ = peer.ReadRequest();
            peer.Respond(Info);
            tracking.SetResult(peer);
        });
        await MakeQuorateAsync();
        QuorumSnapshot first = await WaitAsync(s => s is { Votes: not null, NamesPart: not null });
        RawPeer peer = await Wait.ForAsync(tracking.Task);
        await Wait.ForAsync(served);
        await PassUntilAsync(() => peer.HasRequest);
        _ = peer.ReadRequest();
        peer.Respond(Info);
        await PassUntilAsync(() => Monitor.Current.VotesPart!.ReadAt > first.VotesPart!.ReadAt);
        await PassUntilAsync(() => peer.HasRequest);
        Assert.That(Monitor.Current.Votes, Is.EqualTo(first.Votes));
        Assert.That(Monitor.Current.Version, Is.EqualTo(first.Version), "the same votes again are no change");

        // A change of the votes alone is one, and no change of the state.
        _ = peer.ReadRequest();
        peer.Respond(Info.Put(36, 5));
        QuorumSnapshot changed = await WaitAsync(snapshot => snapshot.Votes is { Expected: 5 });
        Assert.That((changed.IsQuorate, changed.Since), Is.EqualTo((true, first.Since)));
        Assert.That(changed.Version, Is.GreaterThan(first.Version));
    }

    [Test]
    public async Task Nothing_is_read_that_was_not_asked_for()
    {
        RawDaemon votes = Listen("votequorum");
        RawDaemon names = Listen("cmap");
        QuorumMonitorOptions options = Options with { IncludeVotes = false, IncludeNames = false };
        await using QuorumMonitor monitor = new(options, Time, Daemon.ConnectAsync);
        monitor.Start();
        Daemon.Say(true, Ring, All);
        QuorumSnapshot snapshot = await Wait.ForAsync(monitor.WatchAsync(), s => s.IsQuorate, "quorum");
        Assert.That((snapshot.Votes, snapshot.VotesPart), Is.EqualTo((Nothing, (ClusterPart?)null)));
        Assert.That(snapshot.Names ?? (object?)snapshot.NamesPart, Is.Null);
        Assert.That((votes.HasClient, names.HasClient), Is.EqualTo((false, false)));
    }

    private static ClusterVotes? Nothing => null;

    private static DateTimeOffset? Never => null;

    // The last step fails with what the service sends or does not send.
    private async Task AssertUndelayedAsync(string service, Failure failure)
    {
        TaskCompletionSource failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<RawPeer>? served = failure == Failure.NoService ? null : Listen(service).ServeAsync(peer =>
        {
            try
            {
                Fail(peer, failure, isVotes: service == "votequorum");
            }
            finally
            {
                failed.SetResult();
            }
        });
        await MakeQuorateAsync();
        await Wait.ForAsync(served is null ? Task.CompletedTask : failed.Task);

        // The monitor asks twice a second, as ever.
        int answers = Daemon.Answers;
        await PassAsync(TimeSpan.FromSeconds(10));
        Assert.That(Daemon.Answers - answers, Is.InRange(18, 21));

        // The failure is the part's alone, a time-out too. That of the handshake is not waited for.
        if (failure != Failure.NoHandshake)
        {
            await WaitAsync(s => (service == "cmap" ? s.NamesPart : s.VotesPart)?.Error is not null);
        }

        Assert.That((Monitor.Current.IsQuorate, Monitor.Current.Error), Is.EqualTo((true, (Exception?)null)));

        // A loss and a return are told at once: the clock stands still.
        CancellationToken lost = Monitor.QuorumLost;
        Daemon.Say(false, Ring, All);
        await WaitAsync(snapshot => snapshot.State == QuorumState.Inquorate);
        Assert.That(lost.IsCancellationRequested);
        Daemon.Say(true, Ring, All);
        await WaitAsync(snapshot => snapshot.IsQuorate);

        // An answer that stays away is noticed when it is due.
        Daemon.Hang();
        Time.Advance(TimeSpan.FromSeconds(2.6));
        QuorumSnapshot stale = Monitor.Current;
        Assert.That((stale.State, stale.UnknownReason), Is.EqualTo((QuorumState.Unknown, QuorumUnknownReason.Stale)));
        Assert.That((stale.Votes, stale.Names), Is.EqualTo((Nothing, (IReadOnlyDictionary<NodeId, string>?)null)));
        Daemon.Continue();
        if (served is not null)
        {
            await Wait.ForAsync(Monitor.DisposeAsync().AsTask());
            (await served).Dispose();
        }
    }

    private static void Fail(RawPeer peer, Failure failure, bool isVotes)
    {
        switch (failure)
        {
            case Failure.NoHandshake:
                return;
            case Failure.RefusedHandshake:
                peer.Send(RawPeer.Refusal(Refused));
                return;
        }

        peer.AcceptSharedMemory();
        byte[] tracking = peer.ReadRequest();
        if (failure is Failure.NoTracking or Failure.Death)
        {
            if (failure == Failure.Death)
            {
                peer.Die();
            }

            return;
        }

        if (failure == Failure.RefusedTracking)
        {
            peer.Respond(RawPeer.Response(0, 24, 6));
            return;
        }

        if (isVotes)
        {
            SendState(peer, Ring);
            peer.Respond(RawPeer.Response(0, 24, 1));
        }
        else
        {
            Assert.That(tracking[0], Is.EqualTo(7), "track add");
            peer.Respond(RawPeer.Response(7, 32, 1).Put(24, 5UL));
        }

        int question = peer.ReadRequest()[0];
        Assert.That(question, Is.EqualTo(isVotes ? 0 : 4));
        if (failure == Failure.RefusedAnswer)
        {
            peer.Respond(RawPeer.Response(0, 24, 6));
        }
        else if (failure == Failure.ShortAnswer)
        {
            peer.Respond(RawPeer.Response(question + 1, 28, 1));
        }
    }

    private static void AnswerTracking(RawPeer peer, RingId ring)
    {
        Assert.That(peer.ReadRequest()[0], Is.EqualTo(3), "trackstart");
        SendState(peer, ring);
        peer.Respond(RawPeer.Response(0, 24, 1));
    }

    // A node list and the quorum of it.
    private static void SendState(RawPeer peer, RingId ring)
    {
        Assert.That(peer.SendEvent(
            RawPeer.Response(5, 60, 1).Put(32, ring.NodeId.Value).Put(40, ring.Sequence).Put(48, 1).Put(56, 1)));
        Assert.That(peer.SendEvent(RawPeer.Response(3, 56, 1).Put(24, 1).Put(40, 1).Put<int>(48, [1, 1])));
    }

    private RawDaemon Listen(string service)
    {
        RawDaemon daemon = new($"{_name}-{service}");
        _services.Add(daemon);
        return daemon;
    }

    private async Task PassUntilAsync(Func<bool> condition)
    {
        for (int i = 0; !condition() && i < 100; i++)
        {
            await PassAsync(TimeSpan.FromSeconds(0.5));
        }

        Assert.That(condition());
    }
}
