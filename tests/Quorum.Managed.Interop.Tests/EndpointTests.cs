using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Interop.Tests;

/// <summary>How the daemon is found, and who is believed. The environment variable is the process's: not beside others.</summary>
[NonParallelizable]
public sealed class EndpointTests : CorosyncFixture
{
    private const uint Nobody = 65534;

    [TearDown]
    public void ClearVariable() => Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, null);

    [Test]
    public async Task Automatic_finds_the_daemon_at_its_abstract_address_and_names_all_that_it_tried_when_there_is_none()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        using (QuorumConnection connection = cluster.Node(1).Network.Run(() => QuorumConnection.Connect(new() { Endpoint = QuorumEndpoint.Automatic })))
        {
            Assert.That(connection.Address.ToString(), Is.EqualTo("abstract:quorum"));
        }

        await cluster.StopAsync(1);
        QuorumConnectException e = Assert.Throws<QuorumConnectException>(() =>
            cluster.Node(1).Network.Run(() => QuorumConnection.Connect(new() { Endpoint = QuorumEndpoint.Automatic })))!;
        foreach (string tried in (string[])["'quorum'", "/run/quorum", "/var/run/quorum", "/tmp/quorum"])
        {
            Assert.That(e.Message, Does.Contain(tried));
        }
    }

    [Test]
    public async Task Variable_names_the_endpoint_unless_the_options_do()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { FileSystemSockets = true, Ipc = ClusterIpc.SharedMemory });
        string path = cluster.Node(1).Root + "/tmp/quorum";
        Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, "unix:" + path);
        using (QuorumConnection connection = QuorumConnection.Connect())
        {
            Assert.That(connection.Address.Value, Is.EqualTo(path));
        }

        QuorumConnectionOptions other = new() { Endpoint = QuorumEndpoint.Abstract("quorum-none") };
        Assert.That(Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(other))!.Message, Does.Contain("'quorum-none'"));
    }

    [Test]
    public void Variable_unset_or_empty_is_automatic([Values(null, "", "default", "automatic")] string? text)
    {
        Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, text);
        Assert.That(QuorumEndpoint.FromEnvironment(), Is.SameAs(QuorumEndpoint.Automatic));
        Assert.That(QuorumEndpoint.Default.Addresses, Is.EqualTo(QuorumEndpoint.Automatic.Addresses));
    }

    [Test]
    public void Planted_socket_is_refused_before_anything_is_sent_and_believed_when_its_uid_is_admitted()
    {
        using Planted planted = new();
        QuorumConnectionOptions options = new() { Endpoint = QuorumEndpoint.Path(planted.Path), ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        QuorumConnectException refused = Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(options))!;
        Assert.That(refused.Error, Is.EqualTo(CorosyncError.Security));
        Assert.That(planted.Receive(), Is.Zero, "something was sent to the planted socket");
        // Believed: it is asked, and does not answer.
        QuorumConnectException silent = Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(options with { AdditionalTrustedUids = [Nobody] }))!;
        Assert.That(silent.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        Assert.That(planted.Receive(), Is.EqualTo(24));
    }

    [Test]
    public void Planted_socket_among_others_does_not_hide_a_daemon()
    {
        using Planted planted = new();
        using RawDaemon daemon = new();
        Task<RawPeer> serving = Task.Run(() => daemon.Accept().AcceptSharedMemory());
        using IpcConnection connection = IpcConnection.Connect(new() { Addresses = [IpcAddress.Path(planted.Path), IpcAddress.Abstract(daemon.Name)] });
        using RawPeer peer = serving.Result;
        Assert.That(connection.Address.Value, Is.EqualTo(daemon.Name));
    }

    [Test]
    public void Relative_names_of_old_libqb_work()
    {
        using RawDaemon daemon = new();
        Task<RawPeer> serving = Task.Run(() =>
        {
            RawPeer peer = daemon.Accept();
            // A file below /dev/shm called qb-NAME-header; here the name goes through the peer's directory, which is called qb-...
            string[] names = [.. peer.CreateRings().Select(name => name["/dev/shm/qb-".Length..])];
            peer.Send(RawPeer.Acceptance(1, 65536, names[0], names[1], names[2]));
            return peer;
        });
        using IpcConnection connection = IpcConnection.Connect(new() { Addresses = [IpcAddress.Abstract(daemon.Name)] });
        using RawPeer peer = serving.Result;
        Assert.That(peer.RequestRing.ReferenceCount, Is.EqualTo(2));
    }

    [Test]
    public async Task Shared_memory_directory_is_where_the_daemons_is_mounted([Values] ClusterIpc ipc)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Ipc = ipc, PrivateSharedMemory = true });
        QuorumConnectionOptions options = new() { SharedMemoryDirectory = cluster.Node(1).Root + "/dev/shm" };
        using QuorumConnection connection = cluster.Node(1).Network.Run(() => QuorumConnection.Connect(options));
        Assert.That(connection.GetQuorate());
    }

    /// <summary>A socket file that another user listens at.</summary>
    private sealed class Planted : IDisposable
    {
        private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("quorum-planted-");
        private readonly Socket _listener;

        public Planted()
        {
            OtherUser.ChangeMode(_directory.FullName, 0x1FF);
            Path = _directory.FullName + "/quorum";
            _listener = OtherUser.Run(Nobody, Nobody, [], () =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                socket.Bind(new UnixDomainSocketEndPoint(Path));
                socket.Listen(8);
                return socket;
            });
        }

        public string Path { get; }

        /// <summary>How many bytes the next client sent before it closed.</summary>
        public int Receive()
        {
            using Socket client = _listener.Accept();
            byte[] buffer = new byte[64];
            int total = 0;
            for (int count = 1; count > 0; total += count)
            {
                count = client.Receive(buffer);
            }

            return total;
        }

        public void Dispose()
        {
            _listener.Dispose();
            _directory.Delete(recursive: true);
        }
    }
}
