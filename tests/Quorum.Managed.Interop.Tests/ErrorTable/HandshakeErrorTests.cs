using System.Text;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Interop.Tests;

/// <summary>How a refusal by the daemon, or a malformed answer to the handshake, shows.</summary>
[NonParallelizable]
public sealed class HandshakeErrorTests : ErrorTableFixture
{
    [Row]
    public void Starting() => ExpectRaw(peer => peer.Send(RawPeer.Refusal(-Errno.EAGAIN)), "still starting");

    [Row]
    public async Task Uid_refused()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        Expect(() => ConnectAsNobody(cluster.Node(1), []), "uid and gid", "uidgid");
    }

    [Row]
    public async Task Group_supplementary_only()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        Expect(() => ConnectAsNobody(cluster.Node(1), [0]), "supplementary groups do not count");
    }

    [Row]
    public async Task Shared_memory_full()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { PrivateSharedMemory = true, SharedMemorySize = "32m" });
        // The daemon may still release files of earlier connections, and make room again.
        Wait.Until(
            () =>
            {
                Fill(cluster.Node(1).Root + "/dev/shm/filler");
                QuorumConnectException e =
                    Assert.Throws<QuorumConnectException>(() => ConnectTo(cluster.Node(1)))!;
                return e.Stage == IpcStage.Authenticate;
            },
            "a daemon without room in its shared memory",
            Patience);
        Expect(() => ConnectTo(cluster.Node(1)), "no room", "--shm-size", "MaxMessageSize");
    }

    [Row]
    public void Descriptor_limit_of_daemon() => ExpectRaw(
        peer => peer.Send(RawPeer.Refusal(-Errno.EMFILE)), "reached its limit of open files");

    [Row]
    public void Type_posix_queues() => ExpectRaw(
        peer => peer.Send(RawPeer.Acceptance(2, 65536, "a", "b", "c")), "POSIX message queue", "qb_ipc_type");

    [Row]
    public void Type_sysv_queues() => ExpectRaw(
        peer => peer.Send(RawPeer.Acceptance(3, 65536, "a", "b", "c")), "System V message queue", "qb_ipc_type");

    [Row]
    public void Daemon_32_bit() => ExpectRaw(
        peer =>
        {
            byte[] answer = RawPeer.Refusal(0);
            BitConverter.TryWriteBytes(answer.AsSpan(24), 1);
            for (int i = 0; i < 3; i++)
            {
                Encoding.ASCII.GetBytes("/dev/shm/qb-1-2-3-abcdef/qb-x-quorum", answer.AsSpan(36 + i * 4096));
            }

            peer.Send(answer);
        },
        "32-bit");

    [Row]
    public void Not_a_daemon() => ExpectRaw(
        peer =>
        {
            byte[] noise = new byte[RawPeer.AnswerBytes];
            Array.Fill(noise, (byte)'x');
            peer.Send(noise);
        },
        "handshake",
        "really listen there");

    [Row]
    public async Task Daemon_hung_connect()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        await cluster.PauseAsync(1);
        QuorumConnectionOptions options = Quick with { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        Expect(() => ConnectTo(cluster.Node(1), options), "did not answer the handshake within 0.3 s");
    }

    // Appends to a file until there is no room for one more page.
    private static void Fill(string path)
    {
        using FileStream filler = new(path, FileMode.Append);
        byte[] page = new byte[4096];
        Assert.Throws<IOException>(() =>
        {
            while (true)
            {
                filler.Write(page);
                filler.Flush();
            }
        });
    }

    private static QuorumConnection ConnectAsNobody(CorosyncNode node, IReadOnlyList<uint> groups) =>
        node.Network.Run(() => OtherUser.Run(Nobody, Nobody, groups, () => QuorumConnection.Connect(Quick)));
}
