using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.ServiceConnections;

/// <summary>A votequorum connection with a daemon that the test plays.</summary>
public sealed class VoteQuorumConnectionTests() : ServiceFixture("votequorum")
{
    private const int Exist = 14;
    private const int NotExist = 12;

    private static byte[] Info => RawPeer.Response(1, 320, 1)
        .Put(24, 2).Put(28, 1).Put(32, 3).Put(36, 5).Put(40, 6).Put(44, 4).Put(48, 3).Put(52, 0x8000_0002).Put(56, 7)
        .Put(60, "QD");

    private static byte[] QuorumEvent => RawPeer.Response(3, 64, 1)
        .Put(24, 1).Put(32, 9UL).Put(40, 2).Put<int>(48, [2, 1, 0, 0]);

    private static byte[] ExpectedEvent => RawPeer.Response(4, 40, 1).Put(24, 9UL).Put(32, 5);

    private static byte[] NodeListEvent => RawPeer.Response(5, 60, 1)
        .Put(24, 9UL).Put(32, 1).Put(40, 13UL).Put(48, 1).Put(56, 2);

    private static byte[] NewerEvent => RawPeer.Response(7, 48, 1);

    // corosync without a quorum provider refuses as if it did not run.
    [Test]
    public void Nobody_who_listens_may_be_a_corosync_without_votequorum([Values] bool async)
    {
        VoteQuorumConnectionOptions options =
            new() { Endpoint = QuorumEndpoint.Abstract($"quorum-test-{Guid.NewGuid():N}") };
        QuorumConnectException error = Assert.CatchAsync<QuorumConnectException>(async () =>
            (async ? await VoteQuorumConnection.ConnectAsync(options) : VoteQuorumConnection.Connect(options))
                .Dispose())!;
        Assert.That(error.Message, Does.StartWith("Nobody listens").And.EndsWith(
            "If corosync runs, it has no votequorum: that needs quorum { provider: corosync_votequorum } in "
            + "corosync.conf."));
        Assert.That((error.Stage, error.Errno), Is.EqualTo((IpcStage.Connect, Errno.ECONNREFUSED)));
        Assert.That(
            () => CmapConnection.Connect(options),
            Throws.InstanceOf<QuorumConnectException>().With.Message.Not.Contains("votequorum"));
    }

    [Test]
    public async Task GetInfo_gives_every_field_and_unknown_flags([Values] bool async)
    {
        List<byte[]> requests = await UseAsync([[Info]], async connection =>
        {
            VoteQuorumInfo? info = async
                ? await connection.GetInfoAsync(new NodeId(2))
                : connection.GetInfo(new NodeId(2));
            Assert.That(info, Is.EqualTo((VoteQuorumInfo?)new VoteQuorumInfo
            {
                NodeId = new NodeId(2),
                State = VoteQuorumNodeState.Member,
                Votes = 3,
                ExpectedVotes = 5,
                HighestExpectedVotes = 6,
                TotalVotes = 4,
                Quorum = 3,
                Flags = VoteQuorumFlags.Quorate | (VoteQuorumFlags)0x8000_0000,
                DeviceVotes = 7,
                DeviceName = "QD",
            }));
        });
        Assert.That(requests, Is.EqualTo((byte[][])[RawPeer.Request(0, 24).Put(16, 2)]));
    }

    [Test]
    public async Task GetInfo_of_an_unknown_node_is_null_and_a_refusal_is_an_error([Values] bool async)
    {
        byte[] garbage = [.. RawPeer.Response(1, 320, NotExist)];
        garbage.AsSpan(24).Fill(0xEE);
        await UseAsync([[garbage], [Status(0, 6)]], async connection =>
        {
            Assert.That(async ? await connection.GetInfoAsync() : connection.GetInfo(), Is.Null);
            QuorumRefusedException error = Assert.CatchAsync<QuorumRefusedException>(async () =>
                _ = async ? await connection.GetInfoAsync() : connection.GetInfo())!;
            Assert.That(error.Error, Is.EqualTo(CorosyncError.TryAgain));
            Assert.That(error.IsTransient);
        });
    }

    [Test]
    public async Task Answer_that_is_longer_than_expected_is_read_and_a_shorter_one_closes_the_connection()
    {
        byte[] longer = [.. Info, .. new byte[64]];
        longer.Put(8, longer.Length);
        await UseAsync([[longer], [RawPeer.Response(1, 319, 1)]], connection =>
        {
            Assert.That(connection.GetInfo()?.TotalVotes, Is.EqualTo(4));
            Assert.That(() => connection.GetInfo(), Throws.InstanceOf<QuorumConnectionClosedException>());
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task TrackStart_sends_context_and_flags_and_says_that_it_tracks_already([Values] bool async)
    {
        List<byte[]> requests = await UseAsync(
            [[Status(0)], [Status(0, Exist)], [Status(0)], [Status(0, NotExist)]],
            async connection =>
            {
                await Start(connection);
                QuorumRefusedException error = Assert.CatchAsync<QuorumRefusedException>(() => Start(connection))!;
                Assert.That(error.Error, Is.EqualTo(CorosyncError.Exist));
                await Stop(connection);
                error = Assert.CatchAsync<QuorumRefusedException>(() => Stop(connection))!;
                Assert.That(error.Error, Is.EqualTo(CorosyncError.NotExist));
                Assert.That(error.Message, Does.Contain("does not track"));
            });
        byte[] start = RawPeer.Request(3, 32).Put(16, ulong.MaxValue).Put(24, 6);
        Assert.That(requests, Is.EqualTo((byte[][])[start, start, RawPeer.Request(4), RawPeer.Request(4)]));

        async Task Start(VoteQuorumConnection connection)
        {
            const TrackFlags Flags = TrackFlags.Changes | TrackFlags.ChangesOnly;
            if (async)
            {
                await connection.TrackStartAsync(Flags, ulong.MaxValue);
            }
            else
            {
                connection.TrackStart(Flags, ulong.MaxValue);
            }
        }

        async Task Stop(VoteQuorumConnection connection)
        {
            if (async)
            {
                await connection.TrackStopAsync();
            }
            else
            {
                connection.TrackStop();
            }
        }
    }

    [Test]
    public async Task Dispatch_calls_the_callbacks_in_order_and_skips_what_it_does_not_know()
    {
        List<string> seen = [];
        VoteQuorumCallbacks callbacks = new()
        {
            QuorumChanged = (_, e) => seen.Add($"Q {e.Quorate} {e.Context} {string.Join(' ', e.Nodes.ToArray())}"),
            ExpectedVotesChanged = (_, e) => seen.Add($"E {e.ExpectedVotes} {e.Context}"),
            NodeListChanged = (_, e) => seen.Add($"N {e.RingId} {string.Join(' ', e.Members.ToArray())} {e.Context}"),
        };
        await UseAsync(
            [[NodeListEvent, NewerEvent, QuorumEvent, ExpectedEvent, Status(0)]],
            connection =>
            {
                connection.TrackStart(TrackFlags.Changes);
                Assert.That(connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
                Assert.That(connection.Dispatch(DispatchFlags.OneNonBlocking), Is.EqualTo(1));
                Assert.That(connection.Dispatch(DispatchFlags.All), Is.EqualTo(1));
                Assert.That(connection.Dispatch(DispatchFlags.All), Is.Zero);
                return Task.CompletedTask;
            },
            callbacks);
        VoteQuorumNode[] nodes =
        [
            new(new NodeId(2), VoteQuorumNodeState.Member), new(default, VoteQuorumNodeState.None),
        ];
        Assert.That(seen, Is.EqualTo((string[])
        [
            "N 1.d 2 9", $"Q True 9 {string.Join(' ', nodes)}", "E 5 9",
        ]));
        Assert.That(nodes[1].IsDevice);
    }

    [Test]
    public async Task Notifications_are_read_in_order_and_unknown_ones_are_skipped()
    {
        await UseAsync(
            [[NodeListEvent, NewerEvent, QuorumEvent, ExpectedEvent, Status(0)]],
            async connection =>
            {
                await connection.TrackStartAsync(TrackFlags.Changes);
                List<VoteQuorumNotification> seen = [];
                await foreach (VoteQuorumNotification notification in connection.ReadNotificationsAsync())
                {
                    seen.Add(notification);
                    if (seen.Count == 3)
                    {
                        break;
                    }
                }

                VoteQuorumNode[] nodes = [new(new NodeId(2), VoteQuorumNodeState.Member), default];
                Assert.That(seen, Is.EqualTo((VoteQuorumNotification[])
                [
                    new VoteQuorumNodeListChanged(
                        9, new RingId(new NodeId(1), 13), NodeList.Create([new NodeId(2)])),
                    new VoteQuorumChanged(9, true, nodes),
                    new VoteQuorumExpectedVotesChanged(9, 5),
                ]));
            });
    }

    [Test]
    public async Task Event_that_cannot_be_right_closes_the_connection()
    {
        byte[] wrong = QuorumEvent.Put(24, 2);
        await UseAsync([[wrong, Status(0)]], connection =>
        {
            connection.TrackStart(TrackFlags.Changes);
            Assert.That(
                () => connection.Dispatch(DispatchFlags.All), Throws.InstanceOf<QuorumConnectionClosedException>());
            Assert.That(() => connection.GetInfo(), Throws.InstanceOf<QuorumConnectionClosedException>());
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task Disposed_connection_names_itself()
    {
        await UseAsync([], connection =>
        {
            connection.Dispose();
            Assert.That(() => connection.GetInfo(), Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(() => connection.PollHandle, Throws.InstanceOf<ObjectDisposedException>());
            return Task.CompletedTask;
        });
    }

    private Task<List<byte[]>> UseAsync(
        byte[][][] steps, Func<VoteQuorumConnection, Task> use, VoteQuorumCallbacks? callbacks = null) =>
        WithAnswersAsync(
            () => VoteQuorumConnection.ConnectAsync(
                WithLimits(new VoteQuorumConnectionOptions()) with { Callbacks = callbacks }),
            steps,
            use);
}
