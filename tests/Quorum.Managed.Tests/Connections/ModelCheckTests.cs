using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Connections;

/// <summary>
/// MODEL_GETTYPE (id 4) must not reach corosync 2.x. The played daemons listen at the services' names in a directory of
/// their own.
/// </summary>
public sealed class ModelCheckTests
{
    private const int ModelGetType = 4;
    private const int Exists = 1;
    private const int NotExist = 12;

    private string _directory = "";
    private RawDaemon _quorum = null!;

    [SetUp]
    public void Listen()
    {
        _directory = Directory.CreateTempSubdirectory("quorum-test-").FullName;
        _quorum = new RawDaemon(_directory + "/quorum");
    }

    [TearDown]
    public void Close()
    {
        _quorum.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task Connect_v1_to_a_2x_daemon_is_refused_and_nothing_is_sent_to_its_quorum_service(
        [Values] bool async)
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<byte[]> asked = ServeCmap(cmap, Exists);
        Task<RawPeer> accepted = AcceptQuorum();
        QuorumConnectException error = CatchConnect(async);
        RawPeer peer = await accepted;
        Assert.Multiple(() =>
        {
            Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
            Assert.That(error.Message, Does.Contain("2.x").And.Contain("QuorumModel.V0"));
            Assert.That(error.IsTransient, Is.False);
            Assert.That(peer.RequestRing.SemaphoreValue, Is.Zero, "a request was committed");
            Assert.That(peer.RequestRing.WriteIndex, Is.Zero, "a request was written");
        });
        peer.WaitClosed();
        Assert.That(await asked, Is.EqualTo(ExpectedRequest()));
    }

    [Test]
    public async Task Connect_v0_to_a_2x_daemon_sends_gettype_and_does_not_ask_cmap()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        (byte[] request, QuorumConnection connection) = await ConnectAndReadAsync(QuorumModel.V0);
        using (connection)
        {
            Assert.That(request, Is.EqualTo(Hex.Bytes("03000000 00000000 10000000 00000000")));
            Assert.That(cmap.HasClient, Is.False);
        }
    }

    [Test]
    public async Task Connect_v1_to_a_newer_daemon_asks_cmap_and_then_for_the_model([Values] bool async)
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<byte[]> asked = ServeCmap(cmap, NotExist);
        (byte[] request, QuorumConnection connection) = await ConnectAndReadAsync(QuorumModel.V1, async);
        using (connection)
        {
            Assert.That(await asked, Is.EqualTo(ExpectedRequest()));
            Assert.That(
                request, Is.EqualTo(Hex.Bytes("04000000 00000000 18000000 00000000 01000000 00000000")));
        }
    }

    [Test]
    public async Task Connect_v1_asks_cmap_with_the_smallest_rings()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<RawPeer> asked = cmap.ServeAsync(static peer => Answer(peer, NotExist));
        (_, QuorumConnection connection) = await ConnectAndReadAsync(QuorumModel.V1);
        connection.Dispose();
        Assert.That((await asked).ConnectRequest.Get<int>(16), Is.EqualTo(12328));
    }

    [Test]
    public async Task Connect_v1_again_to_the_same_daemon_process_does_not_ask_again()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<byte[]> asked = ServeCmap(cmap, NotExist);
        (_, QuorumConnection first) = await ConnectAndReadAsync(QuorumModel.V1);
        await asked;
        (byte[] request, QuorumConnection second) = await ConnectAndReadAsync(QuorumModel.V1, forget: false);
        first.Dispose();
        second.Dispose();
        Assert.That(request[0], Is.EqualTo(ModelGetType));
        Assert.That(cmap.HasClient, Is.False);
    }

    [Test]
    public async Task Connect_v1_with_assume_model_v1_does_not_ask_cmap()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        (byte[] request, QuorumConnection connection) = await ConnectAndReadAsync(QuorumModel.V1, assume: true);
        using (connection)
        {
            Assert.That(request[0], Is.EqualTo(ModelGetType));
            Assert.That(cmap.HasClient, Is.False);
        }
    }

    [Test]
    public async Task Connect_v1_where_cmap_is_missing_is_refused_with_the_remedies([Values] bool async)
    {
        Task<RawPeer> accepted = AcceptQuorum();
        QuorumConnectException error = CatchConnect(async);
        RawPeer peer = await accepted;
        Assert.Multiple(() =>
        {
            Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
            Assert.That(error.Message, Does.Contain("QuorumModel.V0").And.Contain("AssumeModelV1"));
            Assert.That(error.Message, Does.Contain(_directory + "/cmap"));
            Assert.That(peer.RequestRing.WriteIndex, Is.Zero);
        });
    }

    [Test]
    public async Task Connect_v1_where_cmap_answers_something_else_is_refused([Values(0, 7, 11, 100)] int answer)
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<byte[]> asked = ServeCmap(cmap, answer);
        Task<RawPeer> accepted = AcceptQuorum();
        QuorumConnectException error = CatchConnect(async: false);
        RawPeer peer = await accepted;
        await asked;
        Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
        Assert.That(peer.RequestRing.WriteIndex, Is.Zero);
    }

    [Test]
    public async Task Connect_v1_where_cmap_refuses_its_unknown_request_is_refused()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<RawPeer> served = cmap.ServeAsync(static peer =>
        {
            peer.AcceptSharedMemory().ReadRequest();
            peer.Respond(RawPeer.Response(0, 24, (int)CorosyncError.InvalidParam));
            peer.WaitClosed();
        });
        Task<RawPeer> accepted = AcceptQuorum();
        QuorumConnectException error = CatchConnect(async: false);
        RawPeer peer = await accepted;
        await served;
        Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
        Assert.That(peer.RequestRing.WriteIndex, Is.Zero);
    }

    [Test]
    public async Task Connect_v1_while_the_daemon_dies_is_transient()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<RawPeer> served = cmap.ServeAsync(static _ => { });
        Task<RawPeer> accepted = AcceptQuorum();
        Task dying = Task.WhenAll(served, accepted).ContinueWith(
            static peers => Array.ForEach(peers.Result, static peer => peer.Die()), TaskScheduler.Default);
        QuorumConnectException error = CatchConnect(async: false);
        await dying;
        Assert.That(error.IsTransient);
    }

    [Test]
    public async Task Connect_v1_through_a_link_of_another_name_is_still_checked()
    {
        string link = _directory + "/other-name";
        File.CreateSymbolicLink(link, _quorum.Name);
        OldDaemonProbe.Forget();
        Task<RawPeer> accepted = AcceptQuorum();
        QuorumConnectionOptions options = new() { Endpoint = QuorumEndpoint.Path(link), ConnectTimeout = Wait.Bound };
        QuorumConnectException error = Assert.Catch<QuorumConnectException>(() => QuorumConnection.Connect(options))!;
        RawPeer peer = await accepted;
        Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
        Assert.That(peer.RequestRing.WriteIndex, Is.Zero);
    }

    [Test]
    public void Connect_v1_to_a_listener_of_another_name_is_not_checked()
    {
        using RawDaemon daemon = new();
        QuorumConnectionOptions options = new()
        {
            Endpoint = QuorumEndpoint.Abstract(daemon.Name),
            ConnectTimeout = Wait.Bound,
        };
        (QuorumConnection connection, RawPeer _) = daemon.Connect(
            () => QuorumConnection.Connect(options), static peer => peer.AcceptSharedMemory().AnswerType());
        using (connection)
        {
            Assert.That(connection.Model, Is.EqualTo(QuorumModel.V1));
        }
    }

    // cmap_get of the key that 2.x has and newer versions have not: protocol-docs/cmap.md.
    private static byte[] ExpectedRequest()
    {
        const string Key = "runtime.connections.active";
        return new byte[288].Put(0, 2).Put(8, 288).Put(16, Key.Length).Put(24, Key);
    }

    private static async Task<byte[]> ServeCmap(RawDaemon cmap, int answer)
    {
        byte[] request = [];
        using RawPeer peer = await cmap.ServeAsync(peer => request = Answer(peer, answer));
        return request;
    }

    private static byte[] Answer(RawPeer peer, int answer)
    {
        byte[] request = peer.AcceptSharedMemory().ReadRequest();
        peer.Respond(RawPeer.Response(2, 40, answer));
        peer.WaitClosed();
        return request;
    }

    private Task<RawPeer> AcceptQuorum() => _quorum.ServeAsync(static peer => peer.AcceptSharedMemory());

    private QuorumConnectException CatchConnect(bool async) =>
        Assert.CatchAsync<QuorumConnectException>(() => ConnectAsync(QuorumModel.V1, async))!;

    private async Task<QuorumConnection> ConnectAsync(
        QuorumModel model, bool async, bool assume = false, bool forget = true)
    {
        QuorumConnectionOptions options = new()
        {
            Endpoint = QuorumEndpoint.Path(_quorum.Name),
            Model = model,
            AssumeModelV1 = assume,
            ConnectTimeout = Wait.Bound,
        };
        // All played daemons have this process's id, so a test would know what an earlier one has learned.
        if (forget)
        {
            OldDaemonProbe.Forget();
        }

        return async
            ? await QuorumConnection.ConnectAsync(options)
            : await OwnThread.Run(() => QuorumConnection.Connect(options));
    }

    private async Task<(byte[] Request, QuorumConnection Connection)> ConnectAndReadAsync(
        QuorumModel model, bool async = false, bool assume = false, bool forget = true)
    {
        byte[] request = [];
        Task<RawPeer> served = _quorum.ServeAsync(peer =>
        {
            request = peer.AcceptSharedMemory().ReadRequest();
            peer.Respond(RawPeer.TypeResponse(request[0] == ModelGetType ? 5 : 4));
        });
        QuorumConnection connection = await ConnectAsync(model, async, assume, forget);
        await served;
        return (request, connection);
    }
}
