using System.Net;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.ServiceConnections;

/// <summary>A cfg connection with a daemon that the test plays.</summary>
public sealed class CfgConnectionTests() : ServiceFixture("cfg")
{
    private static byte[] Question => RawPeer.Response(10, 32, 1).Put(24, 1);

    [Test]
    public async Task Reads_are_sent_as_on_the_wire_and_answered([Values] bool async)
    {
        byte[] addresses = RawPeer.Response(11, 64, 1).Put(24, 2).Put(28, 1).Put<byte>(32, [10, 0, 0, 7]);
        byte[] status = RawPeer.Response(16, 4200, 1).Put(24, 1).Put(28, 2);
        status[32] = 1;
        status[560] = 1;
        status.Put(564, 1400).Put(568, "10.0.0.1").Put(824, "10.0.0.2");
        List<byte[]> requests = await UseAsync(
            [
                [RawPeer.Response(12, 32, 1).Put(24, 7)], [addresses], [RawPeer.Response(11, 48, 12).Put(28, 99)],
                [status], [RawPeer.Response(16, 32, 21)],
            ],
            async connection =>
            {
                NodeId two = new(2);
                Assert.That(
                    async ? await connection.GetLocalNodeIdAsync() : connection.GetLocalNodeId(),
                    Is.EqualTo(new NodeId(7)));
                Assert.That(
                    async ? await connection.GetNodeAddressesAsync(two) : connection.GetNodeAddresses(two),
                    Is.EqualTo(new[] { IPAddress.Parse("10.0.0.7") }));
                Assert.That(
                    async ? await connection.GetNodeAddressesAsync() : connection.GetNodeAddresses(), Is.Null);
                CfgNodeStatus? found = async
                    ? await connection.GetNodeStatusAsync(two)
                    : connection.GetNodeStatus(two);
                Assert.That(found!.IsReachable);
                Assert.That(
                    found.Links, Is.EqualTo(new[] { new CfgLink(1, true, false, 1400, "10.0.0.1", "10.0.0.2") }));
                Assert.That(
                    async ? await connection.GetNodeStatusAsync(two) : connection.GetNodeStatus(two), Is.Null);
            });
        byte[] node = RawPeer.Request(9, 32).Put(16, 2).Put(24, 1);
        Assert.That(requests, Is.EqualTo((byte[][])
        [
            RawPeer.Request(6), RawPeer.Request(5, 24).Put(16, 2), RawPeer.Request(5, 24), node, node,
        ]));
    }

    // From 2.99 to 3.1.0 the request is refused as unknown.
    [Test]
    public async Task Node_status_of_a_daemon_that_does_not_know_it_is_not_supported([Values] bool async)
    {
        await UseAsync([[Status(0, 7)]], connection =>
        {
            QuorumRefusedException error = Assert.CatchAsync<QuorumRefusedException>(async () =>
                _ = async ? await connection.GetNodeStatusAsync(new(1)) : connection.GetNodeStatus(new(1)))!;
            Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
            Assert.That(error.Message, Does.Contain("3.1.1"));
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task Question_is_answered_once_and_no_reply_is_sent_without_one([Values] bool async)
    {
        List<CfgShutdownFlags> asked = [];
        List<byte[]> requests = await UseAsync(
            [[Question, Status(2)], [Status(13)], [Status(3)]],
            async connection =>
            {
                Assert.That(() => connection.ReplyToShutdown(true), Throws.InvalidOperationException);
                await Do(connection.TrackStart, () => connection.TrackStartAsync());
                Assert.That(() => connection.ReplyToShutdown(true), Throws.InvalidOperationException);
                Assert.That(connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
                await Do(() => connection.ReplyToShutdown(false), () => connection.ReplyToShutdownAsync(false));
                Assert.That(
                    async () => await connection.ReplyToShutdownAsync(true), Throws.InvalidOperationException);
                await Do(connection.TrackStop, () => connection.TrackStopAsync());
            },
            new CfgCallbacks { ShutdownRequested = (_, question) => asked.Add(question.Flags) });
        Assert.That(asked, Is.EqualTo(new[] { CfgShutdownFlags.Regardless }));
        Assert.That(requests, Is.EqualTo((byte[][])
        [
            RawPeer.Request(10, 24), RawPeer.Request(4, 24), RawPeer.Request(11),
        ]));

        async Task Do(Action call, Func<ValueTask> asyncCall)
        {
            if (async)
            {
                await asyncCall();
            }
            else
            {
                call();
            }
        }
    }

    // The daemon has one question open, so that a second one means that the first is settled.
    [Test]
    public async Task Question_that_a_newer_one_has_overtaken_is_not_replied_to([Values] bool async)
    {
        List<byte[]> requests = await UseAsync(
            [[Question, Question, Status(2)], [Status(13)]],
            async connection =>
            {
                connection.TrackStart();
                Assert.That(connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
                QuorumRefusedException overtaken = Assert.CatchAsync<QuorumRefusedException>(
                    async () => await ReplyAsync(connection))!;
                Assert.That(overtaken.Error, Is.EqualTo(CorosyncError.Access));
                Assert.That(connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
                await ReplyAsync(connection);
            });
        Assert.That(requests, Has.Count.EqualTo(2));

        async Task ReplyAsync(CfgConnection connection)
        {
            if (async)
            {
                await connection.ReplyToShutdownAsync(true);
            }
            else
            {
                connection.ReplyToShutdown(true);
            }
        }
    }

    [Test]
    public async Task Reply_that_comes_too_late_says_so()
    {
        await UseAsync([[RawPeer.Response(99, 24, 1), Question, Status(2)], [Status(13, 11)]], async connection =>
        {
            connection.TrackStart();
            await foreach (ShutdownRequested question in connection.ReadNotificationsAsync())
            {
                Assert.That(question, Is.EqualTo(new ShutdownRequested(CfgShutdownFlags.Regardless)));
                break;
            }

            QuorumRefusedException error =
                Assert.Catch<QuorumRefusedException>(() => connection.ReplyToShutdown(true))!;
            Assert.That(error.Error, Is.EqualTo(CorosyncError.Access));
            Assert.That(error.Message, Does.Contain("settled"));
        });
    }

    // 1: cmap has the key that only 2.x has. 6: it does not tell. 0: there is no cmap.
    [Test]
    public async Task Corosync_2x_and_what_may_be_one_is_not_sent_what_it_could_crash_on(
        [Values(1, 6, 0)] int answer, [Values] bool async)
    {
        string directory = Directory.CreateTempSubdirectory("quorum-test-").FullName;
        try
        {
            using RawDaemon cfg = new(directory + "/cfg");
            using RawDaemon? cmap = answer == 0 ? null : new RawDaemon(directory + "/cmap");
            Task<RawPeer> cfgServed = cfg.ServeAsync(peer =>
            {
                peer.AcceptSharedMemory();
                peer.ReadRequest();
                peer.Respond(RawPeer.Response(12, 32, 1).Put(24, 7));
                peer.WaitClosed();
            });
            Task cmapServed = cmap?.ServeAsync(peer =>
            {
                peer.AcceptSharedMemory();
                peer.ReadRequest();
                peer.Respond(RawPeer.Response(2, 40, answer));
                peer.WaitClosed();
            }) ?? Task.CompletedTask;
            CfgConnectionOptions options = WithLimits(new CfgConnectionOptions()) with
            {
                Endpoint = QuorumEndpoint.Path(directory + "/quorum"),
            };
            using (CfgConnection connection = async
                ? await CfgConnection.ConnectAsync(options)
                : CfgConnection.Connect(options))
            {
                OldDaemonProbe.Forget();
                Assert.That(connection.GetLocalNodeId(), Is.EqualTo(new NodeId(7)));
                AssertRefused(() => _ = connection.GetNodeStatus(new(1)));
                AssertRefused(connection.TrackStart);
                AssertRefused(connection.TrackStop);
            }

            Assert.That((await cfgServed).HasRequest, Is.False, "it was sent all the same");
            await cmapServed;
        }
        finally
        {
            OldDaemonProbe.Forget();
            Directory.Delete(directory, recursive: true);
        }

        static void AssertRefused(Action call)
        {
            QuorumException error = Assert.Catch<QuorumException>(call)!;
            Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
            Assert.That(error.Message, Does.Contain("2.x").And.Contain("not asked"));
        }
    }

    private Task<List<byte[]>> UseAsync(
        byte[][][] steps, Func<CfgConnection, Task> use, CfgCallbacks? callbacks = null) =>
        WithAnswersAsync(
            () => CfgConnection.ConnectAsync(WithLimits(new CfgConnectionOptions()) with { Callbacks = callbacks }),
            steps,
            use);
}
