using System.Net.Sockets;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Interop.Tests;

/// <summary>How files that cannot be mapped, or must not be trusted, show.</summary>
[NonParallelizable]
public sealed class MappingErrorTests : ErrorTableFixture
{
    [Row]
    public async Task Shared_memory_not_shared()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { PrivateSharedMemory = true });
        Expect(() => ConnectTo(cluster.Node(1)), "does not exist here", "-v /dev/shm:/dev/shm");
    }

    [Row]
    public void Daemon_ended_while_mapping() => ExpectRaw(
        peer =>
        {
            // The client still gets the answer, but sending fails, as after the end of the daemon.
            peer.Socket.Shutdown(SocketShutdown.Receive);
            string gone = "/dev/shm/qb-1-1-1-absent/qb-request-quorum";
            peer.Send(RawPeer.Acceptance(1, 65536, gone, gone, gone));
        },
        "went away", "systemctl status corosync");

    [Row]
    public void Directory_not_accessible()
    {
        using RawDaemon daemon = new();
        Task<RawPeer> serving = Task.Run(() =>
        {
            RawPeer peer = daemon.Accept();
            string[] names = peer.CreateRings();
            OtherUser.ChangeMode(peer.Directory!, 0x1C0);
            peer.Send(RawPeer.Acceptance(1, 65536, names[0], names[1], names[2]));
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
        "not followed");

    [Row]
    public void File_in_another_directory() => ExpectRaw(
        peer =>
        {
            string[] names = peer.CreateRings();
            string other = "/dev/shm/qb-1-1-1-absent/qb-event-quorum";
            peer.Send(RawPeer.Acceptance(1, 65536, names[0], names[1], other));
        },
        "other files",
        "not followed");

    [Row]
    public void Name_outside() => ExpectRaw(
        peer => peer.Send(RawPeer.Acceptance(1, 65536, "/etc/passwd", "/etc/passwd", "/etc/passwd")),
        "/etc/passwd",
        "not followed");
}
