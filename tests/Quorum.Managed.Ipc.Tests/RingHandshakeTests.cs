using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

public class RingHandshakeTests : RawDaemonFixture
{
    [Test]
    public void Connect_counts_itself_in_and_Dispose_out()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (peer)
        {
            Assert.That(peer.RequestRing.ReferenceCount, Is.EqualTo(2));
            connection.Dispose();
            Assert.That(peer.RequestRing.ReferenceCount, Is.EqualTo(1));
        }
    }

    [Test]
    public async Task Connect_takes_an_answer_that_comes_in_pieces([Values] bool async)
    {
        (IpcConnection connection, RawPeer _) = await ConnectAsync(async, static peer =>
        {
            string[] names = peer.CreateRings();
            byte[] answer = RawPeer.Acceptance(1, 65536, names[0], names[1], names[2]);
            peer.Send(answer.AsSpan(0, 1));
            peer.Send(answer.AsSpan(1, 4000));
            peer.Send(answer.AsSpan(4001));
        });
        using (connection)
        {
            Assert.That(connection.MaxMessageSize, Is.EqualTo(65536));
        }
    }

    // Over sockets the daemon cannot send an event that early: the client's address does not exist yet.
    [Test]
    public async Task Events_sent_before_connect_has_returned_are_kept([Values] bool async)
    {
        (IpcConnection connection, RawPeer _) = await ConnectAsync(async, static peer =>
        {
            string[] names = peer.CreateRings();
            peer.EventRing.Write(new byte[60]);
            peer.EventRing.Write(new byte[61]);
            // The two doorbells follow the answer in the same piece.
            peer.Send([.. RawPeer.Acceptance(1, 65536, names[0], names[1], names[2]), 0, 0]);
        });
        using (connection)
        {
            byte[] buffer = new byte[64];
            Assert.That(connection.WaitForEvent(Long));
            Assert.That(connection.TryReadEvent(buffer), Is.EqualTo(60));
            Assert.That(connection.TryReadEvent(buffer), Is.EqualTo(61));
            Assert.That(connection.TryReadEvent(buffer), Is.EqualTo(-1));
        }
    }

    [Test]
    public void Connect_when_the_files_are_not_there_names_the_path_and_the_remedy()
    {
        const string Gone = "/dev/shm/qb-1-1-1-absent/qb-request-quorum";
        byte[] answer = RawPeer.Acceptance(1, 65536, Gone, Gone, Gone);
        IpcException e = Assert.Throws<IpcException>(() => Connect(answer: peer =>
        {
            peer.Send(answer);
            // A daemon that ends removes its files too, so the client looks twice.
            Daemon.Accept().Send(answer);
        }))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Stage, Is.EqualTo(IpcStage.Map));
            Assert.That(e.Errno, Is.EqualTo(Errno.ENOENT));
            Assert.That(e.Message, Does.Contain(Gone + "-header"));
            Assert.That(e.Message, Does.Contain("-v /dev/shm:/dev/shm"));
        });
    }

    [TestCase("/etc/passwd")]
    [TestCase("/dev/shm/../../etc/x")]
    [TestCase("/dev/shm/a/../b")]
    [TestCase("../../etc/x")]
    [TestCase("/dev/shm//x")]
    [TestCase("/dev/shm/x")]
    [TestCase("/dev/shm/victim/qb-request-quorum")]
    [TestCase("/dev/shm/qb-1-1-1-absent/x/qb-request-quorum")]
    [TestCase("1-1-1-absent/qb-request-quorum")]
    public void Connect_does_not_follow_a_name_out_of_the_shared_memory_directory(string name)
    {
        byte[] answer = RawPeer.Acceptance(1, 65536, name, name, name);
        IpcException e = Assert.Throws<IpcException>(() => Connect(answer: peer => peer.Send(answer)))!;
        Assert.That(e.Stage, Is.EqualTo(IpcStage.Map));
        Assert.That(e.Message, Does.Contain("not followed"));
    }

    [TestCase("event ring")]
    [TestCase("data file")]
    public void Connect_does_not_follow_a_name_into_another_directory(string which)
    {
        IpcException e = Assert.Throws<IpcException>(() => Connect(answer: peer =>
        {
            string[] names = peer.CreateRings();
            const string Other = "/dev/shm/qb-1-1-1-absent/qb-event-quorum";
            peer.EventRing.WriteText(4108, which == "data file" ? Other : peer.EventRing.DataPath);
            string events = which == "event ring" ? Other : names[2];
            peer.Send(RawPeer.Acceptance(1, 65536, names[0], names[1], events));
        }))!;
        Assert.That(e.IsUntrusted);
        Assert.That(e.Message, Does.Contain("other files"));
    }

    [TestCase("short header")]
    [TestCase("short data")]
    [TestCase("no capacity")]
    [TestCase("huge capacity")]
    [TestCase("no data path")]
    [TestCase("index outside")]
    public void Connect_checks_each_ring_before_it_is_used(string fault)
    {
        void Answer(RawPeer peer)
        {
            string[] names = peer.CreateRings();
            RawRing ring = peer.ResponseRing;
            switch (fault)
            {
                case "short header": Shorten(ring.HeaderPath, 8247); break;
                case "short data": Shorten(ring.DataPath, ring.Words * 4 - 1); break;
                case "no capacity": ring.Header(8) = 0; break;
                case "huge capacity": ring.Header(8) = 0xFFFFFFFF; break;
                case "no data path": ring.WriteText(4108, ""); break;
                default: ring.ReadIndex = ring.Words; break;
            }

            peer.Send(RawPeer.Acceptance(1, 65536, names[0], names[1], names[2]));
        }

        IpcException e = (IpcException)Assert.Throws(Is.InstanceOf<IpcException>(), () => Connect(answer: Answer))!;
        Assert.That(e.Stage, Is.EqualTo(IpcStage.Map));
        Assert.That(e.Errno, Is.EqualTo(Errno.EBADMSG));
    }

    // Gives the client a short copy. A file that shrinks under this process's mapping would end the process with
    // SIGBUS.
    private static void Shorten(string path, long length)
    {
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        File.WriteAllBytes(path, bytes[..(int)length]);
    }
}
