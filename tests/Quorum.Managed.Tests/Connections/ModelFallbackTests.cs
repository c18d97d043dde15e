using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Connections;

/// <summary>Daemons without model V1, of corosync 2.x and 3.0.x, played by <see cref="RawOldDaemon"/>.</summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class ModelFallbackTests(bool is2x)
{
    private RawOldDaemon _daemon = null!;

    // All played daemons have this process's id, so a test would know what an earlier one has learned.
    [SetUp]
    public void Listen()
    {
        OldDaemonProbe.Forget();
        _daemon = new RawOldDaemon(is2x);
    }

    [TearDown]
    public void Close()
    {
        _daemon.Dispose();
        OldDaemonProbe.Forget();
    }

    [Test]
    public async Task Connect_that_may_fall_back_makes_a_connection_of_v0([Values] bool async)
    {
        QuorumConnectionOptions options = Options with { FallBackToV0 = true };
        using QuorumConnection connection = async
            ? await QuorumConnection.ConnectAsync(options)
            : QuorumConnection.Connect(options);
        Assert.Multiple(() =>
        {
            Assert.That(connection.Model, Is.EqualTo(QuorumModel.V0));
            Assert.That(connection.QuorumType, Is.EqualTo(QuorumType.Set));
            Assert.That(connection.GetQuorate());
            Assert.That(_daemon.ModelRequests, Is.EqualTo(is2x ? 0 : 1));
        });
    }

    [Test]
    public void Connect_that_may_not_fall_back_fails_and_says_what_works([Values(null, false)] bool? fallBack)
    {
        QuorumConnectException error = Assert.Throws<QuorumConnectException>(
            () => QuorumConnection.Connect(Options with { FallBackToV0 = fallBack }))!;
        Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
        Assert.That(error.Message, Does.Contain("QuorumModel.V0"));
    }

    [Test]
    public async Task Connection_after_a_fallback_reads_notifications_of_v0()
    {
        using QuorumConnection connection =
            await QuorumConnection.ConnectAsync(Options with { FallBackToV0 = true });
        await connection.TrackStartAsync(TrackFlags.Changes);
        await using IAsyncEnumerator<QuorumNotification> told =
            connection.ReadNotificationsAsync().GetAsyncEnumerator();
        Assert.That(await Wait.ForAsync(told.MoveNextAsync().AsTask()));
        Assert.That(told.Current, Is.EqualTo(new QuorumChangedV0(true, 8, NodeList.Create([new(1), new(2), new(3)]))));
    }

    [Test]
    public async Task Monitor_follows_such_a_daemon()
    {
        await using QuorumMonitor monitor = new(new() { Connection = Options });
        monitor.Start();
        QuorumSnapshot first = await Wait.ForAsync(monitor.WaitForQuorumAsync());
        Assert.Multiple(() =>
        {
            Assert.That(first.RingId, Is.Null);
            Assert.That(first.RingSequence, Is.EqualTo(8));
            Assert.That(first.Members, Is.EqualTo(NodeList.Create([new(1), new(2), new(3)])));
            Assert.That(first.ToString(), Is.EqualTo("quorate, ring sequence 8, members [1 2 3]"));
        });

        CancellationToken lost = monitor.QuorumLost;
        _daemon.Say(quorate: false, 12, 3);
        QuorumSnapshot second = await WaitAsync(monitor, static snapshot => snapshot.RingSequence == 12);
        Assert.Multiple(() =>
        {
            Assert.That(second.State, Is.EqualTo(QuorumState.Inquorate));
            Assert.That(second.Left, Is.EqualTo(NodeList.Create([new(1), new(2)])));
            Assert.That(lost.IsCancellationRequested);
        });

        _daemon.Say(quorate: true, 16, 1, 3);
        QuorumSnapshot third = await WaitAsync(monitor, static snapshot => snapshot.IsQuorate);
        Assert.That(third.Joined, Is.EqualTo(NodeList.Create([new(1)])));
    }

    [Test]
    public async Task Monitor_that_may_not_fall_back_says_what_works()
    {
        await using QuorumMonitor monitor = new(new() { Connection = Options with { FallBackToV0 = false } });
        monitor.Start();
        QuorumSnapshot snapshot = await WaitAsync(monitor, static snapshot => snapshot.Error is not null);
        Assert.That(snapshot.State, Is.EqualTo(QuorumState.Unknown));
        Assert.That(snapshot.Error!.Message, Does.Contain("QuorumModel.V0"));
    }

    // No counter is told, so nothing proves when a lease may begin.
    [Test]
    public async Task Leased_monitor_never_says_quorate_and_says_why()
    {
        await using QuorumMonitor monitor = new(
            new() { Connection = Options, Assurance = QuorumAssurance.Leased });
        monitor.Start();
        QuorumSnapshot snapshot = await WaitAsync(
            monitor, static snapshot => snapshot.UnknownReason == QuorumUnknownReason.LeaseUnavailable);
        Assert.That(snapshot.Error!.Message, Does.StartWith("There is no lease").And.Contain("QuorumAssurance.Live"));
    }

    // Requests that it does not know kill a 2.x. A 3.0 is asked for both.
    [Test]
    public async Task Monitor_asks_only_a_newer_daemon_for_what_a_2x_does_not_know()
    {
        await using QuorumMonitor monitor = new(new() { Connection = Options });
        monitor.Start();
        await Wait.ForAsync(monitor.WaitForQuorumAsync());
        Assert.That((_daemon.ModelRequests, _daemon.MapRequests), Is.EqualTo(is2x ? (0, 0) : (1, 1)));
    }

    private QuorumConnectionOptions Options => new()
    {
        Endpoint = QuorumEndpoint.Path(_daemon.Path),
        ConnectTimeout = Wait.Bound,
    };

    private static async Task<QuorumSnapshot> WaitAsync(QuorumMonitor monitor, Predicate<QuorumSnapshot> condition)
    {
        using CancellationTokenSource limit = new(Wait.Bound);
        await foreach (QuorumSnapshot snapshot in monitor.WatchAsync(limit.Token))
        {
            if (condition(snapshot))
            {
                return snapshot;
            }
        }

        throw new InvalidOperationException("The monitor ended.");
    }
}
