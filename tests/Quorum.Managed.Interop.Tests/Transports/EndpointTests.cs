using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// How a client finds the daemon, and which peers it trusts. The environment variable belongs to the whole process, so
/// these tests run alone.
/// </summary>
[NonParallelizable]
public sealed class EndpointTests : CorosyncFixture
{
    [TearDown]
    public void ClearVariable() => Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, null);

    [Test]
    public async Task Automatic_finds_the_daemon_at_its_abstract_address_or_names_each_address_that_it_tried()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        QuorumConnectionOptions automatic = new() { Endpoint = QuorumEndpoint.Automatic };
        QuorumConnection Connect() => cluster.Node(1).Network.Run(() => QuorumConnection.Connect(automatic));
        using (QuorumConnection connection = Connect())
        {
            Assert.That(connection.Address.ToString(), Is.EqualTo("abstract:quorum"));
        }

        await cluster.StopAsync(1);
        QuorumConnectException e = Assert.Throws<QuorumConnectException>(() => Connect())!;
        foreach (string tried in (string[])["'quorum'", "/run/quorum", "/var/run/quorum", "/tmp/quorum"])
        {
            Assert.That(e.Message, Does.Contain(tried));
        }
    }

    [Test]
    public async Task Variable_names_the_endpoint_unless_the_options_do()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { FileSystemSockets = true, Ipc = ClusterIpc.SharedMemory });
        string path = cluster.Node(1).Root + "/tmp/quorum";
        Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, "unix:" + path);
        using (QuorumConnection connection = QuorumConnection.Connect())
        {
            Assert.That(connection.Address.Value, Is.EqualTo(path));
        }

        QuorumConnectionOptions other = new() { Endpoint = QuorumEndpoint.Abstract("quorum-none") };
        QuorumConnectException e = Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(other))!;
        Assert.That(e.Message, Does.Contain("'quorum-none'"));
    }

    [Test]
    public void Variable_unset_or_empty_is_automatic([Values(null, "", "default", "automatic")] string? text)
    {
        Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, text);
        Assert.That(QuorumEndpoint.FromEnvironment(), Is.SameAs(QuorumEndpoint.Automatic));
        Assert.That(QuorumEndpoint.Default.Addresses, Is.EqualTo(QuorumEndpoint.Automatic.Addresses));
    }

    [Test]
    public void Planted_socket_is_refused_before_anything_is_sent_and_trusted_when_its_uid_is_admitted()
    {
        using PlantedSocket planted = new();
        QuorumConnectionOptions options = new()
        {
            Endpoint = QuorumEndpoint.Path(planted.Path),
            ConnectTimeout = TimeSpan.FromSeconds(1),
        };
        QuorumConnectException refused =
            Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(options))!;
        Assert.That(refused.Error, Is.EqualTo(CorosyncError.Security));
        Assert.That(planted.Receive(), Is.Zero, "something was sent to the planted socket");
        // The client sends its handshake to a peer that it trusts. This peer does not answer.
        QuorumConnectionOptions trusting = options with { AdditionalTrustedUids = [PlantedSocket.Owner] };
        QuorumConnectException silent =
            Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(trusting))!;
        Assert.That(silent.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        Assert.That(planted.Receive(), Is.EqualTo(24));
    }

    [Test]
    public void Planted_socket_among_others_does_not_hide_a_daemon()
    {
        using PlantedSocket planted = new();
        using RawDaemon daemon = new();
        Task<RawPeer> serving = Task.Run(() => daemon.Accept().AcceptSharedMemory());
        IpcAddress[] addresses = [IpcAddress.Path(planted.Path), IpcAddress.Abstract(daemon.Name)];
        using IpcConnection connection = IpcConnection.Connect(new() { Addresses = addresses });
        using RawPeer peer = serving.Result;
        Assert.That(connection.Address.Value, Is.EqualTo(daemon.Name));
    }

    [Test]
    public void Relative_names_of_old_libqb_work()
    {
        List<string> flat = [];
        using RawDaemon daemon = new();
        Task<RawPeer> serving = Task.Run(() =>
        {
            RawPeer peer = daemon.Accept();
            // Old libqb names the file /dev/shm/qb-NAME-header by NAME alone.
            _ = peer.CreateRings();
            string[] names = [.. ((RawRing[])[peer.RequestRing, peer.ResponseRing, peer.EventRing]).Select(Flatten)];
            peer.Send(RawPeer.Acceptance(1, 65536, names[0], names[1], names[2]));
            return peer;
        });
        using IpcConnection connection =
            IpcConnection.Connect(new() { Addresses = [IpcAddress.Abstract(daemon.Name)] });
        using RawPeer peer = serving.Result;
        flat.ForEach(File.Delete);
        Assert.That(peer.RequestRing.ReferenceCount, Is.EqualTo(2));

        // Moves both files into /dev/shm itself. The connection keeps its mapping when they are deleted.
        string Flatten(RawRing ring)
        {
            string name = $"quorum-{Guid.NewGuid():N}";
            flat.Add($"/dev/shm/qb-{name}-header");
            flat.Add($"/dev/shm/qb-{name}-data");
            ring.WriteText(4108, flat[^1]);
            File.Move(ring.HeaderPath, flat[^2]);
            File.Move(ring.DataPath, flat[^1]);
            return name;
        }
    }

    [Test]
    public async Task Shared_memory_directory_is_where_the_daemons_is_mounted([Values] ClusterIpc ipc)
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Ipc = ipc, PrivateSharedMemory = true });
        QuorumConnectionOptions options = new() { SharedMemoryDirectory = cluster.Node(1).Root + "/dev/shm" };
        using QuorumConnection connection = cluster.Node(1).Network.Run(() => QuorumConnection.Connect(options));
        Assert.That(connection.GetQuorate());
    }
}
