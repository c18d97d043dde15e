using System.Reflection;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// protocol-docs/errors.md row by row, each failure made for real: by corosync where it can be brought to it, by <see cref="RawDaemon"/> otherwise. A test's
/// name is its row's.
/// </summary>
[NonParallelizable]
public sealed partial class ErrorTableTests : CorosyncFixture
{
    private const uint Nobody = 65534;
    private static readonly string[] Columns = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "errors.md"));
    private static readonly QuorumConnectionOptions Quick = new() { ConnectTimeout = TimeSpan.FromSeconds(5), Endpoint = QuorumEndpoint.Abstract("quorum") };

    [TearDown]
    public void ClearVariable() => Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, null);

    [Test]
    public void Table_and_tests_have_the_same_rows()
    {
        IEnumerable<string> tests = typeof(ErrorTableTests).GetMethods(BindingFlags.Public | BindingFlags.Instance)
            .Where(method => method.GetCustomAttribute<RowAttribute>() is not null).Select(method => method.Name);
        Assert.That(Columns.Select(line => RowName().Match(line)).Where(match => match.Success).Select(match => match.Groups["name"].Value), Is.EquivalentTo(tests));
    }

    [Row]
    public void Variable_malformed()
    {
        Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, "tcp:1.2.3.4");
        Expect(() => QuorumConnection.Connect(), "QUORUM_ENDPOINT", "tcp:1.2.3.4");
    }

    [Row]
    public async Task Not_running_abstract()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        await cluster.StopAsync(1);
        Expect(() => cluster.Node(1).Network.Run(() => QuorumConnection.Connect(Quick)), "'quorum'", "systemctl status corosync", "--network=host");
    }

    [Row]
    public async Task Not_running_path()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { FileSystemSockets = true });
        string path = cluster.Node(1).Root + "/tmp/quorum";
        await cluster.StopAsync(1);
        Expect(() => QuorumConnection.Connect(Quick with { Endpoint = QuorumEndpoint.Path(path) }), path, "systemctl status corosync");
    }

    [Row]
    public async Task Stale_path()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { FileSystemSockets = true });
        string path = cluster.Node(1).Root + "/tmp/quorum";
        await cluster.KillAsync(1);
        // The last of the daemon's threads closes the listening socket: until then a client is taken, and dropped.
        Assert.That(() => Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(Quick with { Endpoint = QuorumEndpoint.Path(path) }))!.Stage, Is.EqualTo(IpcStage.Connect).After(5000, 20));
        Expect(() => QuorumConnection.Connect(Quick with { Endpoint = QuorumEndpoint.Path(path) }), path, "left behind");
    }

    [Row]
    public void Planted_path()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("quorum-planted-");
        OtherUser.ChangeMode(directory.FullName, 0x1FF);
        string path = directory.FullName + "/quorum";
        using System.Net.Sockets.Socket listener = OtherUser.Run(Nobody, Nobody, [], () =>
        {
            System.Net.Sockets.Socket socket = new(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
            socket.Listen(1);
            return socket;
        });
        Expect(() => QuorumConnection.Connect(Quick with { Endpoint = QuorumEndpoint.Path(path) }), path, "uid 65534", "AdditionalTrustedUids");
        directory.Delete(recursive: true);
    }

    [Row]
    public void Network_namespace_other()
    {
        // This process's own namespace has no daemon; the cluster's nodes are elsewhere.
        Expect(() => QuorumConnection.Connect(Quick), "network namespace", "--network=host", "force-filesystem-sockets");
    }

    [Row]
    public async Task Network_namespace_other_and_socket_transport()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { FileSystemSockets = true, Ipc = ClusterIpc.Socket });
        QuorumEndpoint path = QuorumEndpoint.Path(cluster.Node(1).Root + "/tmp/quorum");
        Expect(() => QuorumConnection.Connect(Quick with { Endpoint = path }), "socket transport", "--network=host", "qb_ipc_type: shm");
    }

    [Row]
    public void Starting() => ExpectRaw(peer => peer.Send(RawPeer.Refusal(-Errno.EAGAIN)), "still starting");

    [Row]
    public async Task Uid_refused()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        Expect(() => ConnectAs(cluster.Node(1), []), "uid and gid", "uidgid");
    }

    [Row]
    public async Task Group_supplementary_only()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        Expect(() => ConnectAs(cluster.Node(1), [0]), "supplementary groups do not count");
    }

    [Row]
    public async Task Shared_memory_full()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { PrivateSharedMemory = true, SharedMemorySize = "32m" });
        using (FileStream filler = File.Create(cluster.Node(1).Root + "/dev/shm/filler"))
        {
            byte[] block = new byte[4096];
            Assert.Throws<IOException>(() =>
            {
                while (true)
                {
                    filler.Write(block);
                    filler.Flush();
                }
            });
        }

        Expect(() => cluster.Node(1).Network.Run(() => QuorumConnection.Connect(Quick)), "no room", "--shm-size", "MaxMessageSize");
    }

    [Row]
    public async Task Shared_memory_not_shared()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { PrivateSharedMemory = true });
        Expect(() => cluster.Node(1).Network.Run(() => QuorumConnection.Connect(Quick)), "does not exist here", "-v /dev/shm:/dev/shm");
    }

    [Row]
    public void Daemon_ended_while_mapping() => ExpectRaw(
        peer =>
        {
            // What the client sends from now on finds nobody, as after the daemon's end; its answer is on the way all the same.
            peer.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Receive);
            peer.Send(RawPeer.Acceptance(1, 65536, "/dev/shm/qb-test-gone/qb-request-quorum", "/dev/shm/b", "/dev/shm/c"));
        },
        "went away", "systemctl status corosync");

    [Row]
    public void Directory_not_accessible()
    {
        using RawDaemon daemon = new();
        Task<RawPeer> serving = Task.Run(() =>
        {
            RawPeer peer = daemon.Accept();
            peer.CreateRings();
            OtherUser.ChangeMode(peer.Directory!, 0x1C0);
            peer.Send(RawPeer.Acceptance(1, 65536, $"{peer.Directory}/qb-request-quorum", "/dev/shm/b", "/dev/shm/c"));
            return peer;
        });
        QuorumConnectionOptions options = Quick with { Endpoint = QuorumEndpoint.Abstract(daemon.Name) };
        Expect(() => OtherUser.Run(Nobody, Nobody, [], () => QuorumConnection.Connect(options)), "permission denied");
        serving.Result.Dispose();
    }

    [Row]
    public void File_too_short() => ExpectRaw(
        peer =>
        {
            string[] names = peer.CreateRings();
            File.Delete(peer.ResponseRing.HeaderPath);
            File.WriteAllBytes(peer.ResponseRing.HeaderPath, new byte[8247]);
            peer.Send(RawPeer.Acceptance(1, 65536, names[0], names[1], names[2]));
        },
        "8247 bytes",
        "8248");

    [Row]
    public void File_is_link() => ExpectRaw(
        peer =>
        {
            string[] names = peer.CreateRings();
            File.Move(peer.RequestRing.HeaderPath, peer.RequestRing.HeaderPath + "-moved");
            File.CreateSymbolicLink(peer.RequestRing.HeaderPath, peer.RequestRing.HeaderPath + "-moved");
            peer.Send(RawPeer.Acceptance(1, 65536, names[0], names[1], names[2]));
        },
        "link",
        "not followed");

    [Row]
    public void File_of_another_user() => ExpectRaw(
        peer =>
        {
            string[] names = peer.CreateRings();
            OtherUser.ChangeOwner(peer.RequestRing.HeaderPath, 12345, 12345);
            peer.Send(RawPeer.Acceptance(1, 65536, names[0], names[1], names[2]));
        },
        "uid 12345",
        "AdditionalTrustedUids");

    [Row]
    public void Name_outside() => ExpectRaw(
        peer => peer.Send(RawPeer.Acceptance(1, 65536, "/etc/passwd", "/etc/passwd", "/etc/passwd")), "/etc/passwd", "not followed");

    [Row]
    public void Descriptor_limit()
    {
        using RawDaemon daemon = new();
        QuorumConnectionOptions options = Quick with { Endpoint = QuorumEndpoint.Abstract(daemon.Name) };
        // Once before, so that nothing else needs a descriptor of its own the first time.
        Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(options with { ConnectTimeout = TimeSpan.FromMilliseconds(1) }));
        QuorumConnectException? failure = null;
        OtherUser.RunWithoutFreeDescriptors(() =>
        {
            try
            {
                QuorumConnection.Connect(options).Dispose();
            }
            catch (QuorumConnectException e)
            {
                failure = e;
            }
        });
        Assert.That(failure, Is.Not.Null);
        Expect(() => throw failure!, "limit of open files", "ulimit -n");
    }

    [Row]
    public void Descriptor_limit_of_daemon() => ExpectRaw(peer => peer.Send(RawPeer.Refusal(-Errno.EMFILE)), "reached its limit of open files");
}
