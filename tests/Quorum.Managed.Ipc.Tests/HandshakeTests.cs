using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// The contract of both transports.
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public class HandshakeTests(IpcConnectionType transport) : RawDaemonFixture(transport)
{
    [Test]
    public void Connect_to_an_abstract_address_of_nobody_fails_without_the_zeros_of_the_address_in_any_text()
    {
        IpcConnectionOptions options = Options with { Addresses = [IpcAddress.Abstract(Daemon.Name + "-nobody")] };
        IpcException e = Assert.Throws<IpcException>(() => IpcConnection.Connect(options))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ECONNREFUSED));
        Assert.That(e.InnerException, Is.InstanceOf<System.Net.Sockets.SocketException>());
        Assert.That(e.ToString(), Does.Not.Contain('\0'));
    }

    [Test]
    public void Connect_sends_the_24_bytes_of_the_specification()
    {
        (IpcConnection connection, RawPeer peer) = Connect(Options with { MaxMessageSize = 12328 });
        using (connection)
        using (peer)
        {
            byte[] expected = new byte[24];
            BitConverter.TryWriteBytes(expected.AsSpan(0), -1);
            BitConverter.TryWriteBytes(expected.AsSpan(8), 24);
            BitConverter.TryWriteBytes(expected.AsSpan(16), 12328);
            Assert.That(peer.ConnectRequest, Is.EqualTo(expected));
            Assert.That(connection.Peer.ProcessId, Is.EqualTo(Environment.ProcessId));
        }
    }

    [TestCase(-13, CorosyncError.Access, "uidgid")]
    [TestCase(13, CorosyncError.Access, "uidgid")]
    [TestCase(-28, CorosyncError.NoSpace, "/dev/shm")]
    [TestCase(-12, CorosyncError.NoMemory, "/dev/shm")]
    [TestCase(-24, CorosyncError.Library, "limit")]
    [TestCase(-38, CorosyncError.NotSupported, "38")]
    public void Connect_that_is_refused_tells_the_errno_and_the_remedy(int error, CorosyncError expected, string word)
    {
        IpcException e = Assert.Throws<IpcException>(() => Connect(answer: peer => peer.Send(RawPeer.Refusal(error))))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Stage, Is.EqualTo(IpcStage.Authenticate));
            Assert.That(e.Errno, Is.EqualTo(Math.Abs(error)));
            Assert.That(Errno.ToCorosyncError(e.Errno), Is.EqualTo(expected));
            Assert.That(e.Message, Does.Contain(word));
        });
    }

    [Test]
    public async Task Connect_tries_again_while_the_daemon_is_starting([Values] bool async)
    {
        Task<RawPeer> serving = Task.Run(() =>
        {
            for (int i = 0; i < 3; i++)
            {
                using RawPeer early = Daemon.Accept();
                early.Send(RawPeer.Refusal(-11));
            }

            return Accept(Daemon.Accept());
        });
        using IpcConnection connection = async ? await IpcConnection.ConnectAsync(Options) : IpcConnection.Connect(Options);
        using RawPeer peer = await serving;
        Assert.That(connection.ConnectionType, Is.EqualTo(Transport));
    }

    [Test]
    public void Connect_gives_up_on_a_daemon_that_keeps_starting_when_its_time_is_over()
    {
        using CancellationTokenSource stop = new();
        Task serving = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using RawPeer early = Daemon.Accept();
                    early.Send(RawPeer.Refusal(-11));
                }
                catch (Exception e) when (e is System.Net.Sockets.SocketException or ObjectDisposedException or TimeoutException)
                {
                    return;
                }
            }
        });
        IpcException e = Assert.Throws<IpcException>(() => IpcConnection.Connect(Options with { ConnectTimeout = TimeSpan.FromMilliseconds(200) }))!;
        stop.Cancel();
        Assert.That(e.Errno, Is.EqualTo(Errno.EAGAIN));
        Assert.That(e.Message, Does.Contain("starting"));
    }

    [Test]
    public void Connect_to_a_daemon_that_never_answers_times_out([Values] bool async)
    {
        IpcConnectionOptions options = Options with { ConnectTimeout = TimeSpan.FromMilliseconds(100) };
        IpcException e = async
            ? Assert.ThrowsAsync<IpcException>(async () => await IpcConnection.ConnectAsync(options))!
            : Assert.Throws<IpcException>(() => IpcConnection.Connect(options))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        Assert.That(e.Stage, Is.EqualTo(IpcStage.Authenticate));
    }

    [Test]
    public async Task ConnectAsync_that_is_cancelled_ends_at_once()
    {
        using CancellationTokenSource cancel = new();
        ValueTask<IpcConnection> connecting = IpcConnection.ConnectAsync(Options, cancel.Token);
        using RawPeer peer = Daemon.Accept();
        await cancel.CancelAsync();
        Assert.That(async () => await connecting, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(peer.WaitClosed());
    }

    [Test]
    public void Connect_to_a_full_backlog_waits_and_then_times_out()
    {
        using RawDaemon busy = new(backlog: 0);
        IpcConnectionOptions options = Options with { Addresses = [IpcAddress.Abstract(busy.Name)], ConnectTimeout = TimeSpan.FromMilliseconds(150) };
        // The first takes the only place in the backlog.
        Assert.Throws<IpcException>(() => IpcConnection.Connect(options));
        IpcException e = Assert.Throws<IpcException>(() => IpcConnection.Connect(options))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
    }

    [Test]
    public void Connect_where_the_peer_closes_before_its_answer_is_complete_fails([Values(0, 1, 12327)] int bytes)
    {
        IpcException e = Assert.Throws<IpcException>(() => Connect(answer: peer =>
        {
            peer.Send(RawPeer.Refusal(0).AsSpan(0, bytes));
            peer.Die();
        }))!;
        Assert.That(e.Stage, Is.EqualTo(IpcStage.Authenticate));
        Assert.That(e.Errno, Is.EqualTo(Errno.ECONNRESET));
    }

    [Test]
    public void Connect_answered_with_noise_is_a_typed_error([Range(0, 20)] int seed)
    {
        byte[] noise = new byte[RawPeer.AnswerBytes];
        new Random(seed).NextBytes(noise);
        if (seed % 2 == 0)
        {
            // Half of them look like an acceptance, up to the names.
            RawPeer.Refusal(0).AsSpan(0, 24).CopyTo(noise);
            BitConverter.TryWriteBytes(noise.AsSpan(24), 1);
        }

        Assert.Throws(Is.InstanceOf<IpcException>(), () => Connect(answer: peer => peer.Send(noise)));
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(77)]
    public void Connect_refuses_a_connection_type_that_it_does_not_speak(int type)
    {
        IpcException e = Assert.Throws<IpcException>(() => Connect(answer: peer => peer.Send(RawPeer.Acceptance(type, 65536, "a", "b", "c"))))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ENOTSUP));
        Assert.That(e.Message, Does.Contain("qb_ipc_type"));
    }

    [Test]
    public void Connect_checks_its_options()
    {
        Assert.Multiple(() =>
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => IpcConnection.Connect(Options with { MaxMessageSize = 12327 }));
            Assert.Throws<ArgumentOutOfRangeException>(() => IpcConnection.Connect(Options with { MaxMessageSize = int.MaxValue }));
            Assert.Throws<ArgumentOutOfRangeException>(() => IpcConnection.Connect(Options with { ConnectTimeout = TimeSpan.Zero }));
            Assert.Throws<ArgumentOutOfRangeException>(() => IpcConnection.Connect(Options with { WaitStrategy = WaitStrategy.None }));
            Assert.Throws<ArgumentException>(() => IpcConnection.Connect(Options with { SharedMemoryDirectory = "shm" }));
            Assert.Throws<ArgumentException>(() => IpcConnection.Connect(Options with { Addresses = [] }));
            Assert.Throws<ArgumentException>(() => IpcAddress.Abstract(new string('x', 108)));
            Assert.Throws<ArgumentException>(() => IpcAddress.Abstract("a\0b"));
            Assert.Throws<ArgumentException>(() => IpcAddress.Path("relative"));
        });
    }
}
