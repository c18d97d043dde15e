using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

/// <summary>
/// Datagram sockets that are files beside the setup socket, as libqb 1.0.3 has them with filesystem sockets. Needs root
/// where a file belongs to another user.
/// </summary>
public sealed class SocketFileTests
{
    private const string Untrusted = "was not followed";
    private DirectoryInfo _directory = null!;
    private RawDaemon _daemon = null!;

    private IpcConnectionOptions Options => new() { Addresses = [IpcAddress.Path(_daemon.Name)] };

    [SetUp]
    public void Listen()
    {
        _directory = Directory.CreateTempSubdirectory("quorum-sockets-");
        _daemon = new RawDaemon(_directory.FullName + "/quorum");
    }

    [TearDown]
    public void Remove()
    {
        _daemon.Dispose();
        _directory.Delete(recursive: true);
    }

    [Test]
    public async Task Requests_and_events_travel_and_the_clients_files_go_with_it()
    {
        (IpcConnection connection, RawPeer peer) = _daemon.Connect(() => IpcConnection.Connect(Options), Accept);
        using (peer)
        {
            byte[] response = new byte[64];
            Task<int> asking = connection.RequestAsync(RawPeer.Request(0), response, Wait.Bound).AsTask();
            _ = peer.ReadRequest();
            peer.Respond(RawPeer.QuorateResponse(true));
            Assert.That(await Wait.ForAsync(asking), Is.EqualTo(32));
            Assert.That(peer.SendEvent(new byte[60]));
            Assert.That(connection.WaitForEvent(Wait.Bound));
            Assert.That(connection.TryReadEvent(response), Is.EqualTo(60));
            string own = $"{_directory.FullName}/{peer.Datagrams.BaseName}";
            Assert.That(File.Exists(own + "-response") && File.Exists(own + "-event"));
            connection.Dispose();
            Assert.That(File.Exists(own + "-response") || File.Exists(own + "-event"), Is.False);
        }
    }

    [Test]
    public void Relative_base_at_an_abstract_address_is_abstract()
    {
        using RawDaemon daemon = new();
        IpcConnectionOptions options = new() { Addresses = [IpcAddress.Abstract(daemon.Name)] };
        IpcException e = Assert.Throws<IpcException>(
            () => daemon.Connect(() => IpcConnection.Connect(options), peer =>
            {
                RawDatagrams made = peer.CreateSockets(socketDirectory: _directory.FullName);
                byte[] answer = RawPeer.Acceptance(0, 65536, made.ControlPath, made.BaseName, "");
                peer.Send(answer);
                daemon.Accept().Send(answer);
            }))!;
        Assert.That(e.Message, Does.Contain("abstract address"));
    }

    [TestCase("socket of another user")]
    [TestCase("directory of another user")]
    [TestCase("directory that others may write to")]
    [TestCase("file")]
    [TestCase("link")]
    [TestCase("polling")]
    public void Connect_does_not_use_a_socket_that_could_be_somebody_elses(string what)
    {
        WaitStrategy strategy = what == "polling" ? WaitStrategy.Polling : WaitStrategy.Adaptive;
        IpcConnectionOptions options = Options with { WaitStrategy = strategy };
        IpcException e = Assert.Throws<IpcException>(() => _daemon.Connect(() => IpcConnection.Connect(options), peer =>
        {
            RawDatagrams made = peer.CreateSockets(socketDirectory: _directory.FullName);
            string socket = $"{_directory.FullName}/{made.BaseName}-request";
            switch (what)
            {
                case "socket of another user":
                    OtherUser.ChangeOwner(socket, 12345, 12345);
                    break;
                case "directory of another user":
                    OtherUser.ChangeOwner(_directory.FullName, 12345, 12345);
                    break;
                case "directory that others may write to":
                    OtherUser.ChangeMode(_directory.FullName, 0x1FF);
                    break;
                case "file":
                    File.Delete(socket);
                    File.WriteAllText(socket, "");
                    break;
                case "link":
                    File.Move(socket, socket + "-moved");
                    File.CreateSymbolicLink(socket, socket + "-moved");
                    break;
            }

            peer.Send(RawPeer.Acceptance(0, 65536, made.ControlPath, made.BaseName, ""));
        }))!;
        Assert.That(e.Message, Does.Contain(Untrusted));
        Assert.That(e.IsUntrusted);
    }

    [TestCase("../qb-x")]
    [TestCase("qb-x/y")]
    [TestCase("quorum")]
    public void Connect_does_not_follow_a_base_that_leads_elsewhere(string name)
    {
        IpcException e = Assert.Throws<IpcException>(() => _daemon.Connect(() => IpcConnection.Connect(Options), peer =>
            peer.Send(RawPeer.Acceptance(0, 65536, peer.CreateSockets().ControlPath, name, ""))))!;
        Assert.That(e.Message, Does.Contain(Untrusted));
    }

    [Test]
    public void Connect_where_only_the_setup_socket_is_visible_says_what_to_mount()
    {
        void Refuse(RawPeer peer) =>
            peer.Send(RawPeer.Acceptance(0, 65536, peer.CreateSockets().ControlPath, "qb-quorum-1-1-9", ""));
        IpcException e = Assert.Throws<IpcException>(() => _daemon.Connect(() => IpcConnection.Connect(Options), peer =>
        {
            Refuse(peer);
            Refuse(_daemon.Accept());
        }))!;
        Assert.That(e.Stage, Is.EqualTo(IpcStage.Map));
        Assert.That(e.Errno, Is.EqualTo(Errno.ENOENT));
        Assert.That(e.Message, Does.Contain("mount the directory").And.Contain("qb_ipc_type: shm"));
    }

    private void Accept(RawPeer peer)
    {
        RawDatagrams made = peer.CreateSockets(socketDirectory: _directory.FullName);
        peer.Send(RawPeer.Acceptance(0, 65536, made.ControlPath, made.BaseName, ""));
    }
}
