using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Cmap;

/// <summary>A cmap connection with a daemon that the test plays, byte by byte.</summary>
public sealed class CmapConnectionTests
{
    private const int Get = 2;
    private const int SetMap = 9;
    private const int SetMapAnswer = 10;
    private const int Exists = 1;
    private const int NotExist = 12;
    private const byte U64 = 8;
    private const string Counter = "stats.srp.orf_token_rx";

    private string _directory = "";
    private RawDaemon _cmap = null!;

    [SetUp]
    public void Listen()
    {
        _directory = Directory.CreateTempSubdirectory("quorum-test-").FullName;
        _cmap = new RawDaemon(_directory + "/cmap");
    }

    [TearDown]
    public void Close()
    {
        _cmap.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task Connect_to_the_configuration_asks_nothing([Values] bool async)
    {
        (CmapConnection connection, RawPeer peer) = await ConnectAsync(
            CmapMap.Configuration, async, static peer => peer.AcceptSharedMemory());
        using (connection)
        {
            Assert.That(peer.HasRequest, Is.False);
            Assert.That(connection.Map, Is.EqualTo(CmapMap.Configuration));
            Assert.That(connection.Address.Value, Is.EqualTo(_cmap.Name));
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

    // The answer with room for the longest value does not fit into the smallest rings.
    [Test]
    public async Task Connect_asks_for_rings_that_hold_the_longest_value(
        [Values(12328, 20479, 20480, 65536)] int wish)
    {
        (CmapConnection connection, RawPeer peer) = await ConnectAsync(
            CmapMap.Configuration, async: false, static peer => peer.AcceptSharedMemory(), wish);
        connection.Dispose();
        Assert.That(peer.ConnectRequest.Get<int>(16), Is.EqualTo(Math.Max(20480, wish)));
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

    [Test]
    public async Task GetUInt64_reads_every_integer_and_refuses_what_is_none()
    {
        await WithAnswersAsync(
            [
                Number(U64, 8, ulong.MaxValue), Number(6, 4, 500), Number(5, 4, uint.MaxValue), Number(9, 4, 0),
                Number(11, 7, 0), RawPeer.Response(Get, 40, NotExist), RawPeer.Response(Get, 40, 7), Number(6, 4, 1),
            ],
            async connection =>
            {
                Assert.That(await connection.GetUInt64Async(Counter), Is.EqualTo(ulong.MaxValue));
                Assert.That(connection.GetUInt64("totem.token"), Is.EqualTo(500));
                Assert.That(() => connection.GetUInt64("negative"), Throws.InstanceOf<OverflowException>());
                Assert.That(
                    async () => await connection.GetUInt64Async("float"),
                    Throws.InvalidOperationException.With.Message.Contains("F32"));
                Assert.That(
                    async () => await connection.GetUInt64Async("text"),
                    Throws.InvalidOperationException.With.Message.Contains("Text"));
                Assert.That(await connection.GetUInt64Async("absent"), Is.Null);
                Assert.That(
                    () => connection.GetUInt64("long"), Throws.InvalidOperationException.With.Message.Contains("long"));
                Assert.That(connection.GetUInt64("usable"), Is.EqualTo(1), "the connection stays usable");
            });
    }

    [Test]
    public async Task Get_of_an_absent_key_is_no_error_and_a_refusal_is_one()
    {
        await WithAnswersAsync(
            [
                RawPeer.Response(Get, 40, NotExist), RawPeer.Response(Get, 40, NotExist),
                RawPeer.Response(0, 24, 6), RawPeer.Response(0, 24, 6),
            ],
            async connection =>
            {
                Assert.That(connection.TryGet("absent", out CmapValue value), Is.False);
                Assert.That(value, Is.EqualTo(default(CmapValue)));
                Assert.That(await connection.GetAsync("absent"), Is.Null);
                Assert.That(
                    async () => await connection.GetAsync("held"),
                    Throws.InstanceOf<QuorumRefusedException>().With.Property("IsTransient").True);
                Assert.That(
                    () => connection.GetUInt64("held"),
                    Throws.InstanceOf<QuorumRefusedException>().With.Property("Error").EqualTo(CorosyncError.TryAgain));
            });
    }

    [Test]
    public async Task Key_that_cannot_be_one_is_misuse_and_nothing_is_sent([Values("", "a\0b", null)] string? key)
    {
        await WithAnswersAsync([], connection =>
        {
            Assert.That(() => connection.TryGet(key!, out _), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => connection.GetAsync(key!).AsTask(), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => connection.GetUInt64(new string('k', 256)), Throws.ArgumentException);
            Assert.That(() => connection.GetUInt64Async(key!).AsTask(), Throws.InstanceOf<ArgumentException>());
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task Answer_that_is_none_closes_the_connection()
    {
        await WithAnswersAsync([Number(U64, 3, 1)], connection =>
        {
            Assert.That(
                () => connection.GetUInt64(Counter), Throws.InstanceOf<QuorumConnectionClosedException>());
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task Disposed_connection_says_so()
    {
        (CmapConnection connection, RawPeer _) = await ConnectAsync(
            CmapMap.Configuration, async: true, static peer => peer.AcceptSharedMemory());
        await connection.DisposeAsync();
        connection.Dispose();
        Assert.That(() => connection.TryGet(Counter, out _), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(
            async () => await connection.GetUInt64Async(Counter), Throws.InstanceOf<ObjectDisposedException>());
    }

#if !DEBUG
    [Test]
    public async Task GetUInt64_allocates_nothing([Values] bool async)
    {
        (CmapConnection connection, RawPeer peer) = await ConnectAsync(
            CmapMap.Configuration, async: false, static peer => peer.AcceptSharedMemory());
        byte[] answer = Number(U64, 8, 7);
        byte[] request = new byte[288];
        long least = long.MaxValue;
        for (int round = 0; round < 30 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                peer.Respond(answer);
                _ = async ? Taken(connection.GetUInt64Async(Counter)) : connection.GetUInt64(Counter);
                _ = peer.Socket.Receive(request.AsSpan(0, 1));
                _ = peer.RequestRing.Read(request);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        connection.Dispose();
        Assert.That(least, Is.Zero);

        static ulong? Taken(ValueTask<ulong?> pending) => pending.IsCompletedSuccessfully
            ? pending.GetAwaiter().GetResult()
            : throw new InvalidOperationException("The call waits for an answer that is in the ring.");
    }
#endif

    // The answer to a request with room 64.
    private static byte[] Number(byte type, long length, ulong value)
    {
        byte[] answer = RawPeer.Response(Get, 104, Exists).Put(24, length).Put(40, value);
        answer[32] = type;
        return answer;
    }

    private static void Statistics(RawPeer peer, List<byte[]> requests)
    {
        requests.Add(peer.AcceptSharedMemory().ReadRequest());
        peer.Respond(RawPeer.Response(Get, 40, NotExist));
        requests.Add(peer.ReadRequest());
        peer.Respond(RawPeer.Response(SetMapAnswer, 24, Exists));
    }

    private async Task WithAnswersAsync(byte[][] answers, Func<CmapConnection, Task> use)
    {
        Task<RawPeer> served = _cmap.ServeAsync(peer =>
        {
            peer.AcceptSharedMemory();
            foreach (byte[] answer in answers)
            {
                peer.ReadRequest();
                peer.Respond(answer);
            }

            peer.WaitClosed();
        });
        using (CmapConnection connection = CmapConnection.Connect(Options()))
        {
            await use(connection);
        }

        RawPeer peer = await served;
        Assert.That(peer.HasRequest, Is.False, "a request more than expected");
    }

    private async Task<QuorumException> CatchConnectAsync(bool async, Action<RawPeer> answer)
    {
        Task<RawPeer> served = _cmap.ServeAsync(answer);
        QuorumException error = Assert.CatchAsync<QuorumException>(async () =>
            _ = async
                ? await CmapConnection.ConnectAsync(Options(), CmapMap.Statistics)
                : await OwnThread.Run(() => CmapConnection.Connect(Options(), CmapMap.Statistics)))!;
        await served;
        return error;
    }

    private async Task<(CmapConnection Client, RawPeer Peer)> ConnectAsync(
        CmapMap map, bool async, Action<RawPeer> answer, int maxMessageSize = 65536)
    {
        CorosyncConnectionOptions options = Options() with { MaxMessageSize = maxMessageSize };
        return async
            ? await _cmap.ConnectAsync(() => CmapConnection.ConnectAsync(options, map), answer)
            : _cmap.Connect(() => CmapConnection.Connect(options, map), answer);
    }

    private CorosyncConnectionOptions Options() => new()
    {
        Endpoint = QuorumEndpoint.Path(_directory + "/quorum"),
        ConnectTimeout = Wait.Bound,
        RequestTimeout = Wait.Bound,
    };
}
