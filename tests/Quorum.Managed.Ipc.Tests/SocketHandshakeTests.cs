using System.Net.Sockets;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

public class SocketHandshakeTests() : RawDaemonFixture(IpcConnectionType.Socket)
{
    [Test]
    public void Counters_are_the_numbers_of_messages_under_way()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            byte[] response = new byte[64];
            Task<int> asking = Task.Run(() => connection.Request(RawPeer.Request(0), response, Long));
            _ = peer.ReadRequest();
            peer.Respond(RawPeer.QuorateResponse(true));
            asking.GetAwaiter().GetResult();
            // The client counts a request after sending it, so the peer may take it first. The response comes after
            // both.
            Assert.That(peer.Datagrams.Control(0), Is.Zero);
            Assert.That(peer.Datagrams.Control(8), Is.Zero);
            peer.SendEvent(new byte[60]);
            peer.SendEvent(new byte[60]);
            Assert.That(connection.WaitForEvent(Long));
            _ = connection.TryReadEvent(new byte[64]);
            Assert.That(peer.Datagrams.Control(16), Is.EqualTo(1));
        }
    }

    [Test]
    public void More_events_fit_than_the_kernel_queues_for_an_unconnected_socket()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            int sent = 0;
            while (peer.SendEvent(new byte[60]))
            {
                sent++;
            }

            Assert.That(sent, Is.GreaterThan(100));
            byte[] buffer = new byte[64];
            for (int i = 0; i < sent; i++)
            {
                Assert.That(connection.TryReadEvent(buffer), Is.EqualTo(60));
            }

            Assert.That(connection.TryReadEvent(buffer), Is.EqualTo(-1));
        }
    }

    [Test]
    public void Only_the_daemon_can_send_to_the_clients_addresses()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            using Socket stranger = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            foreach (string suffix in (string[])["-response", "-event"])
            {
                UnixDomainSocketEndPoint address = RawAddress.Abstract(peer.Datagrams.BaseName + suffix);
                SocketException e = Assert.Throws<SocketException>(() => stranger.SendTo(new byte[32], address))!;
                Assert.That(e.SocketErrorCode, Is.EqualTo(SocketError.AccessDenied));
            }
        }
    }

    [Test]
    public void Connect_where_the_datagram_sockets_are_out_of_reach_says_why()
    {
        IpcException e = Assert.Throws<IpcException>(() => Connect(answer: peer =>
        {
            AcceptWithoutSockets(peer);
            AcceptWithoutSockets(Daemon.Accept());
        }))!;
        Assert.That(e.Stage, Is.EqualTo(IpcStage.Map));
        Assert.That(e.Errno, Is.EqualTo(Errno.ECONNREFUSED));
        Assert.That(e.Message, Does.Contain("network namespace").And.Contain("qb_ipc_type: shm"));
    }

    [Test]
    public void Connect_refuses_a_control_file_that_is_too_short()
    {
        IpcException e = Assert.Throws<IpcException>(() => Connect(answer: peer =>
        {
            RawDatagrams made = peer.CreateSockets(controlBytes: 23);
            peer.Send(RawPeer.Acceptance(0, 65536, made.ControlPath, made.BaseName, made.BaseName));
        }))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.EBADMSG));
        Assert.That(e.Message, Does.Contain("23 bytes"));
    }

    [TestCase("")]
    [TestCase("/dev/shm/a-name-so-long-that-it-does-not-fit-into-the-107-bytes-of-an-address-with-any-suffix-added")]
    public void Connect_refuses_a_base_name_that_cannot_be(string name)
    {
        IpcException e = Assert.Throws<IpcException>(() => Connect(answer: peer =>
            peer.Send(RawPeer.Acceptance(0, 65536, peer.CreateSockets().ControlPath, name, name))))!;
        Assert.That(e.Stage, Is.EqualTo(IpcStage.Map));
    }

    [Test]
    public void Dispose_leaves_no_descriptor()
    {
        static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;
        Cycle();
        int before = Descriptors();
        for (int i = 0; i < 50; i++)
        {
            Cycle();
        }

        Assert.That(Descriptors(), Is.LessThan(before + 10));

        void Cycle()
        {
            (IpcConnection connection, RawPeer peer) = Connect();
            _ = connection.PollHandle;
            Task waiting = connection.WaitForEventAsync().AsTask();
            connection.Dispose();
            Wait.ForAsync(waiting).GetAwaiter().GetResult();
            peer.Dispose();
        }
    }

    // As a client in another network namespace finds it.
    private static void AcceptWithoutSockets(RawPeer peer)
    {
        RawDatagrams made = peer.CreateSockets();
        made.Close();
        peer.Send(RawPeer.Acceptance(0, 65536, made.ControlPath, made.BaseName, made.BaseName));
    }
}
