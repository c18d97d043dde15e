using System.Net.Sockets;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// The contract of both transports.
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public class HandshakeTests(IpcConnectionType transport) : RawDaemonFixture(transport)
{
    [Test]
    public void Connect_to_an_abstract_name_without_a_listener_fails_and_no_text_has_the_padding_of_the_address()
    {
        IpcConnectionOptions options = Options with { Addresses = [IpcAddress.Abstract(Daemon.Name + "-nobody")] };
        IpcException e = Assert.Throws<IpcException>(() => IpcConnection.Connect(options))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ECONNREFUSED));
        Assert.That(e.InnerException, Is.InstanceOf<SocketException>());
        Assert.That(e.ToString(), Does.Not.Contain('\0'));
    }

    [Test]
    public void Connect_sends_the_24_bytes_of_the_specification()
    {
        (IpcConnection connection, RawPeer peer) = Connect(Options with { MaxMessageSize = 12328 });
        using (connection)
        using (peer)
        {
            Assert.That(peer.ConnectRequest, Is.EqualTo(new byte[24].Put(0, -1).Put(8, 24).Put(16, 12328)));
            Assert.That(connection.Peer.ProcessId, Is.EqualTo(Environment.ProcessId));
        }
    }

    [TestCase(-13, CorosyncError.Access, "uidgid")]
    [TestCase(13, CorosyncError.Access, "uidgid")]
    [TestCase(-28, CorosyncError.NoSpace, "/dev/shm")]
    [TestCase(28, CorosyncError.NoSpace, "/dev/shm")]
    [TestCase(-12, CorosyncError.NoMemory, "/dev/shm")]
    [TestCase(-24, CorosyncError.Library, "limit")]
    [TestCase(-38, CorosyncError.NotSupported, "38")]
    public void Connect_that_is_refused_tells_the_errno_and_the_remedy(int error, CorosyncError expected, string word)
    {
        IpcException e = Assert.Throws<IpcException>(
            () => Connect(answer: peer => peer.Send(RawPeer.Refusal(error))))!;
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
        int refused = 0;
        void Answer(RawPeer peer)
        {
            for (; refused < 3; refused++)
            {
                peer.Send(RawPeer.Refusal(-Errno.EAGAIN));
                peer.Die();
                peer = Daemon.Accept();
            }

            Accept(peer);
        }

        (IpcConnection connection, RawPeer _) = await ConnectAsync(async, Answer);
        using (connection)
        {
            Assert.That(refused, Is.EqualTo(3));
        }
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
                    early.Send(RawPeer.Refusal(-Errno.EAGAIN));
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException or TimeoutException)
                {
                    return;
                }
            }
        });
        IpcConnectionOptions options = Options with { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        IpcException e = Assert.Throws<IpcException>(() => IpcConnection.Connect(options))!;
        stop.Cancel();
        Assert.That(e.Errno, Is.EqualTo(Errno.EAGAIN));
        Assert.That(e.Message, Does.Contain("starting"));
    }

    [Test]
    public void Connect_to_a_daemon_that_ends_after_its_answer_tells_of_the_end([Values] bool async)
    {
        void End(RawPeer peer)
        {
            // The daemon removes what it made for the client while its setup socket is still open.
            if (Transport == IpcConnectionType.SharedMemory)
            {
                const string Gone = "/dev/shm/qb-1-1-1-absent/qb-request-quorum";
                peer.Send(RawPeer.Acceptance(1, 65536, Gone, Gone, Gone));
            }
            else
            {
                const string Gone = "/dev/shm/qb-1-1-1-absent/qb-control-quorum";
                peer.Send(RawPeer.Acceptance(0, 65536, Gone, Gone, Gone));
            }

            // Until the client has looked for it.
            peer.WaitClosed();
            Daemon.Dispose();
        }

        IpcException e = async
            ? Assert.ThrowsAsync<IpcException>(() => ConnectAsync(true, End))!
            : Assert.Throws<IpcException>(() => Connect(answer: End))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ECONNREFUSED).Or.EqualTo(Errno.ECONNRESET), e.Message);
        Assert.That(e.Message, Does.Not.Contain("/dev/shm"));
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
        peer.WaitClosed();
    }

    [Test]
    public void Connect_to_a_full_backlog_waits_and_then_times_out()
    {
        using RawDaemon busy = new(backlog: 0);
        IpcConnectionOptions options = Options with
        {
            Addresses = [IpcAddress.Abstract(busy.Name)],
            ConnectTimeout = TimeSpan.FromMilliseconds(150),
        };
        // The first attempt takes the only place in the backlog.
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
            // Half of the answers look like an acceptance up to the names.
            noise.Put<byte>(0, RawPeer.Acceptance(1, 65536, "", "", "").AsSpan(0, 28));
        }

        Assert.Throws(Is.InstanceOf<IpcException>(), () => Connect(answer: peer => peer.Send(noise)));
    }

    [TestCase(2)]
    [TestCase(3)]
    [TestCase(77)]
    public void Connect_refuses_a_connection_type_that_it_does_not_speak(int type)
    {
        byte[] answer = RawPeer.Acceptance(type, 65536, "a", "b", "c");
        IpcException e = Assert.Throws<IpcException>(() => Connect(answer: peer => peer.Send(answer)))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ENOTSUP));
        Assert.That(e.Message, Does.Contain("qb_ipc_type"));
    }

    [TestCaseSource(nameof(BadOptions))]
    public void Connect_with_an_option_out_of_its_range_throws(
        Func<IpcConnectionOptions, IpcConnectionOptions> change) =>
        Assert.That(() => IpcConnection.Connect(change(Options)), Throws.InstanceOf<ArgumentException>());

    private static IEnumerable<TestCaseData> BadOptions()
    {
        yield return Case("rings too small", static good => good with { MaxMessageSize = 12327 });
        yield return Case("rings too large", static good => good with { MaxMessageSize = int.MaxValue });
        yield return Case("no time to connect", static good => good with { ConnectTimeout = TimeSpan.Zero });
        yield return Case("no strategy", static good => good with { WaitStrategy = WaitStrategy.None });
        yield return Case("a relative directory", static good => good with { SharedMemoryDirectory = "shm" });
        yield return Case("no address", static good => good with { Addresses = [] });

        static TestCaseData Case(string name, Func<IpcConnectionOptions, IpcConnectionOptions> change) =>
            new TestCaseData(change).SetArgDisplayNames(name);
    }
}
