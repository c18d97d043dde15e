using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Connections;

/// <summary>MODEL_GETTYPE (id 4) must not reach corosync 2.x: fake daemons that bind the service's name in a directory of their own.</summary>
public sealed class ModelCheckTests
{
    private const int ModelGetType = 4;
    private const int OldGetType = 3;
    private const int Exists = 1;
    private const int NotExist = 12;

    private string _directory = "";
    private readonly List<RawPeer> _peers = [];
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
        _peers.ForEach(peer => peer.Dispose());
        _peers.Clear();
        Directory.Delete(_directory, recursive: true);
    }

    [Test]
    public async Task Connect_v1_to_a_2x_daemon_is_refused_and_nothing_is_sent_to_its_quorum_service([Values] bool async)
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<byte[]> asked = ServeCmap(() => cmap.Accept(), Exists);
        Task<RawPeer> accepted = Task.Run(() => _quorum.Accept().AcceptSharedMemory());

        QuorumConnectException error = Assert.CatchAsync<QuorumConnectException>(() => ConnectAsync(QuorumModel.V1, async))!;

        using RawPeer peer = await accepted;
        Assert.Multiple(() =>
        {
            Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
            Assert.That(error.Message, Does.Contain("2.x").And.Contain("QuorumModel.V0"));
            Assert.That(error.IsTransient, Is.False);
            Assert.That(peer.RequestRing.SemaphoreValue, Is.Zero, "a request was committed");
            Assert.That(peer.RequestRing.WriteIndex, Is.Zero, "a request was written");
            Assert.That(peer.WaitClosed());
        });
        Assert.That(await asked, Is.EqualTo(ExpectedRequest()));
    }

    [Test]
    public async Task Connect_v0_to_a_2x_daemon_sends_gettype_and_does_not_ask_cmap()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        (byte[] request, QuorumConnection connection) = await ConnectAndReadAsync(QuorumModel.V0);
        using (connection)
        {
            Assert.That(request, Is.EqualTo(new byte[] { OldGetType, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0 }));
            Assert.That(cmap.HasClient, Is.False);
        }
    }

    [Test]
    public async Task Connect_v1_to_a_newer_daemon_asks_cmap_and_then_for_the_model([Values] bool async)
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<byte[]> asked = ServeCmap(() => cmap.Accept(), NotExist);
        (byte[] request, QuorumConnection connection) = await ConnectAndReadAsync(QuorumModel.V1, async);
        using (connection)
        {
            Assert.That(await asked, Is.EqualTo(ExpectedRequest()));
            Assert.That(request, Is.EqualTo(new byte[] { ModelGetType, 0, 0, 0, 0, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 }));
        }
    }

    [Test]
    public async Task Connect_v1_asks_cmap_with_the_smallest_rings()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<byte[]> handshake = Task.Run(() =>
        {
            using RawPeer peer = cmap.Accept();
            Answer(peer.AcceptSharedMemory(), NotExist);
            return peer.ConnectRequest;
        });
        (_, QuorumConnection connection) = await ConnectAndReadAsync(QuorumModel.V1);
        connection.Dispose();
        Assert.That(BitConverter.ToInt32(await handshake, 16), Is.EqualTo(12328));
    }

    [Test]
    public async Task Connect_v1_again_to_the_same_daemon_process_does_not_ask_again()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<byte[]> asked = ServeCmap(() => cmap.Accept(), NotExist);
        (_, QuorumConnection first) = await ConnectAndReadAsync(QuorumModel.V1);
        await asked;
        (byte[] request, QuorumConnection second) = await ConnectAndReadAsync(QuorumModel.V1, forget: false);
        first.Dispose();
        second.Dispose();
        Assert.That(request[0], Is.EqualTo(ModelGetType));
        Assert.That(cmap.HasClient, Is.False);
    }

    [Test]
    public async Task Connect_v1_with_assume_model_v1_asks_nobody()
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
        Task<RawPeer> accepted = Task.Run(() => _quorum.Accept().AcceptSharedMemory());
        QuorumConnectException error = Assert.CatchAsync<QuorumConnectException>(() => ConnectAsync(QuorumModel.V1, async))!;
        using RawPeer peer = await accepted;
        Assert.Multiple(() =>
        {
            Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
            Assert.That(error.Message, Does.Contain("QuorumModel.V0").And.Contain("AssumeModelV1").And.Contain(_directory + "/cmap"));
            Assert.That(peer.RequestRing.WriteIndex, Is.Zero);
        });
    }

    [Test]
    public async Task Connect_v1_where_cmap_answers_something_else_is_refused([Values(0, 7, 11, 100)] int answer)
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task<byte[]> asked = ServeCmap(() => cmap.Accept(), answer);
        Task<RawPeer> accepted = Task.Run(() => _quorum.Accept().AcceptSharedMemory());
        QuorumConnectException error = Assert.CatchAsync<QuorumConnectException>(() => ConnectAsync(QuorumModel.V1, async: false))!;
        using RawPeer peer = await accepted;
        await asked;
        Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
        Assert.That(peer.RequestRing.WriteIndex, Is.Zero);
    }

    [Test]
    public async Task Connect_v1_where_cmap_refuses_its_unknown_request_is_refused()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Task served = Task.Run(() =>
        {
            using RawPeer peer = cmap.Accept().AcceptSharedMemory();
            peer.ReadRequest();
            peer.Respond(RawPeer.Response(0, 24, 7));
            peer.WaitClosed();
        });
        Task<RawPeer> accepted = Task.Run(() => _quorum.Accept().AcceptSharedMemory());
        QuorumConnectException error = Assert.CatchAsync<QuorumConnectException>(() => ConnectAsync(QuorumModel.V1, async: false))!;
        using RawPeer peer = await accepted;
        await served;
        Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
        Assert.That(peer.RequestRing.WriteIndex, Is.Zero);
    }

    [Test]
    public async Task Connect_v1_while_the_daemon_dies_is_transient()
    {
        using RawDaemon cmap = new(_directory + "/cmap");
        Func<RawPeer> acceptCmap = () => cmap.Accept();
        Task accepted = Task.Run(() =>
        {
            using RawPeer peer = _quorum.Accept().AcceptSharedMemory();
            using RawPeer probe = acceptCmap();
            peer.Die();
            probe.Die();
        });
        QuorumConnectException error = Assert.CatchAsync<QuorumConnectException>(() => ConnectAsync(QuorumModel.V1, async: false))!;
        await accepted;
        Assert.That(error.IsTransient);
    }

    [Test]
    public async Task Connect_v1_through_a_link_of_another_name_is_still_checked()
    {
        string link = _directory + "/other-name";
        File.CreateSymbolicLink(link, _quorum.Name);
        OldDaemonProbe.Forget();
        Task<RawPeer> accepted = Task.Run(() => _quorum.Accept().AcceptSharedMemory());
        QuorumConnectException error = Assert.Catch<QuorumConnectException>(
            () => QuorumConnection.Connect(new() { Endpoint = QuorumEndpoint.Path(link), ConnectTimeout = RawService.Bound }))!;
        using RawPeer peer = await accepted;
        Assert.That(error.Error, Is.EqualTo(CorosyncError.NotSupported));
        Assert.That(peer.RequestRing.WriteIndex, Is.Zero);
    }

    [Test]
    public void Connect_v1_to_a_listener_of_another_name_is_not_checked()
    {
        (QuorumConnection connection, RawPeer peer) = RawService.Connect();
        using (connection)
        using (peer)
        {
            Assert.That(connection.Model, Is.EqualTo(QuorumModel.V1));
        }
    }

    private static byte[] ExpectedRequest()
    {
        byte[] request = new byte[288];
        request[0] = 2;
        request[8] = 288 & 255;
        request[9] = 288 >> 8;
        request[16] = 26;
        "runtime.connections.active"u8.CopyTo(request.AsSpan(24));
        return request;
    }

    private static Task<byte[]> ServeCmap(Func<RawPeer> accept, int answer) => Task.Run(() =>
    {
        using RawPeer peer = accept().AcceptSharedMemory();
        return Answer(peer, answer);
    });

    private static byte[] Answer(RawPeer peer, int answer)
    {
        byte[] request = peer.ReadRequest();
        peer.Respond(RawPeer.Response(2, 40, answer));
        peer.WaitClosed();
        return request;
    }

    private async Task<QuorumConnection> ConnectAsync(QuorumModel model, bool async, bool assume = false, bool forget = true)
    {
        QuorumConnectionOptions options = new()
        {
            Endpoint = QuorumEndpoint.Path(_quorum.Name),
            Model = model,
            AssumeModelV1 = assume,
            ConnectTimeout = RawService.Bound,
        };
        // All fake daemons have this process's id: what one test learned must not be known in the next.
        if (forget)
        {
            OldDaemonProbe.Forget();
        }

        return async ? await QuorumConnection.ConnectAsync(options) : await Task.Run(() => QuorumConnection.Connect(options));
    }

    private async Task<(byte[] Request, QuorumConnection Connection)> ConnectAndReadAsync(QuorumModel model, bool async = false, bool assume = false, bool forget = true)
    {
        byte[] request = [];
        Task served = Task.Run(() =>
        {
            RawPeer peer = _quorum.Accept().AcceptSharedMemory();
            _peers.Add(peer);
            request = peer.ReadRequest();
            byte[] response = RawPeer.Response(request[0] == ModelGetType ? 5 : 4, 32, 1);
            response[24] = 1;
            peer.Respond(response);
        });
        QuorumConnection connection = await ConnectAsync(model, async, assume, forget);
        await served;
        return (request, connection);
    }
}
