using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Cmap;

/// <summary>A cmap connection with a daemon that the test plays, byte by byte.</summary>
public sealed class CmapConnectionTests : CmapFixture
{
    [Test]
    public async Task Connect_to_the_configuration_asks_nothing([Values] bool async)
    {
        (CmapConnection connection, RawPeer peer) = await ConnectAsync(
            CmapMap.Configuration, async, static peer => peer.AcceptSharedMemory());
        using (connection)
        {
            Assert.That(peer.HasRequest, Is.False);
            Assert.That(connection.Map, Is.EqualTo(CmapMap.Configuration));
            Assert.That(connection.Address.Value, Is.EqualTo(Daemon.Name));
            Assert.That(connection.Daemon.ProcessId, Is.EqualTo(Environment.ProcessId));
        }
    }

    [Test]
    public async Task Connect_to_the_statistics_asks_for_the_version_and_then_for_the_map([Values] bool async)
    {
        List<byte[]> requests = [];
        (CmapConnection connection, RawPeer _) = await ConnectAsync(
            CmapMap.Statistics, async, peer => Statistics(peer, requests));
        connection.Dispose();
        const string Key = "runtime.connections.active";
        Assert.That(requests, Is.EqualTo((byte[][])
        [
            new byte[288].Put(0, Get).Put(8, 288).Put(16, Key.Length).Put(24, Key),
            new byte[24].Put(0, SetMap).Put(8, 24).Put(16, 1),
        ]));
    }

    [Test]
    public async Task Connect_to_the_statistics_of_a_2x_daemon_is_refused_and_the_map_is_not_asked_for(
        [Values] bool async)
    {
        int requests = 0;
        QuorumException error = await CatchConnectAsync(async, peer =>
        {
            peer.AcceptSharedMemory().ReadRequest();
            peer.Respond(RawPeer.Response(Get, 40, Exists));
            peer.WaitClosed();
            requests = peer.HasRequest ? 2 : 1;
        });
        Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
        Assert.That(error.Message, Does.Contain("2.x").And.Contain("CmapMap.Configuration"));
        Assert.That(error.IsTransient, Is.False);
        Assert.That(requests, Is.EqualTo(1));
    }

    [Test]
    public async Task Connect_to_the_statistics_of_a_daemon_that_does_not_tell_its_version_is_refused(
        [Values(0, 6, 7, 11)] int answer)
    {
        bool asked = false;
        QuorumException error = await CatchConnectAsync(async: false, peer =>
        {
            peer.AcceptSharedMemory().ReadRequest();
            peer.Respond(RawPeer.Response(Get, 40, answer));
            peer.WaitClosed();
            asked = peer.HasRequest;
        });
        Assert.That(error.Error, Is.EqualTo((CorosyncError)answer));
        Assert.That(asked, Is.False, "the map was asked for");
    }

    [Test]
    public async Task Connect_to_the_statistics_of_a_daemon_without_them_is_not_supported(
        [Values(7, 12)] int answer, [Values(0, SetMapAnswer)] int id)
    {
        QuorumException error = await CatchConnectAsync(async: true, peer =>
        {
            peer.AcceptSharedMemory().ReadRequest();
            peer.Respond(RawPeer.Response(Get, 40, NotExist));
            peer.ReadRequest();
            peer.Respond(RawPeer.Response(id, 24, answer));
            peer.WaitClosed();
        });
        Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
        Assert.That(error.Message, Does.Contain("3.0"));
    }

    // An event that does not fit into the smallest rings would be the last one.
    [Test]
    public async Task Connect_asks_for_rings_that_hold_the_longest_event(
        [Values(12328, 36863, 36864, 65536)] int wish)
    {
        (CmapConnection connection, RawPeer peer) = await ConnectAsync(
            CmapMap.Configuration, async: false, static peer => peer.AcceptSharedMemory(), wish);
        connection.Dispose();
        Assert.That(peer.ConnectRequest.Get<int>(16), Is.EqualTo(Math.Max(36864, wish)));
    }

    [TestCase(CmapMap.None)]
    [TestCase((CmapMap)3)]
    public void Connect_to_no_map_is_misuse(CmapMap map)
    {
        Assert.That(() => CmapConnection.Connect(null, map), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(
            async () => await CmapConnection.ConnectAsync(null, map),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static void Statistics(RawPeer peer, List<byte[]> requests)
    {
        requests.Add(peer.AcceptSharedMemory().ReadRequest());
        peer.Respond(RawPeer.Response(Get, 40, NotExist));
        requests.Add(peer.ReadRequest());
        peer.Respond(RawPeer.Response(SetMapAnswer, 24, Exists));
    }

    private async Task<QuorumException> CatchConnectAsync(bool async, Action<RawPeer> answer)
    {
        Task<RawPeer> served = Daemon.ServeAsync(answer);
        QuorumException error = Assert.CatchAsync<QuorumException>(async () =>
            _ = async
                ? await CmapConnection.ConnectAsync(Options(), CmapMap.Statistics)
                : await OwnThread.Run(() => CmapConnection.Connect(Options(), CmapMap.Statistics)))!;
        await served;
        return error;
    }
}
