using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// Events that a daemon sent before it died. The contract of both transports.
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public class LastWordsTests(IpcConnectionType transport) : RawDaemonFixture(transport)
{
    [Test]
    public async Task Events_are_read_after_a_request_has_found_the_death(
        [Values] bool async,
        [Values(WaitStrategy.Adaptive, WaitStrategy.Blocking, WaitStrategy.Polling)] WaitStrategy strategy)
    {
        (IpcConnection connection, RawPeer peer) = Connect(Options with { WaitStrategy = strategy });
        using (connection)
        using (peer)
        {
            SendTwo(peer);
            peer.Die();
            Assert.That(await FailureOfRequestAsync(connection, async), Is.EqualTo(Errno.ENOTCONN));
            ExpectTwoAndTheEnd(connection);
        }
    }

    [Test]
    public void Events_are_read_after_an_abort_over_the_death()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            SendTwo(peer);
            connection.Abort(IpcStage.Request, new IpcClosedException(IpcStage.Request, Errno.ENOTCONN, "gone"));
            ExpectTwoAndTheEnd(connection);
        }
    }

    [Test]
    public void No_event_is_read_after_a_broken_protocol()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            SendTwo(peer);
            connection.Abort(IpcStage.Request, new InvalidDataException("no response looks like this"));
            Assert.Throws<IpcClosedException>(() => connection.TryReadEvent(new byte[64]));
            Assert.Throws<IpcClosedException>(() => connection.WaitForEvent(Long));
        }
    }

    private static void SendTwo(RawPeer peer)
    {
        peer.SendEvent(new byte[60]);
        peer.SendEvent(new byte[61]);
    }

    private static async Task<int> FailureOfRequestAsync(IpcConnection connection, bool async)
    {
        byte[] response = new byte[64];
        try
        {
            _ = async
                ? await connection.RequestAsync(RawPeer.Request(0), response, Long)
                : connection.Request(RawPeer.Request(0), response, Long);
            return 0;
        }
        catch (IpcClosedException e)
        {
            return e.Errno;
        }
    }

    internal static void ExpectTwoAndTheEnd(IpcConnection connection)
    {
        byte[] buffer = new byte[4672];
        Assert.That(connection.WaitForEvent(Long));
        Assert.That(connection.TryReadEvent(buffer), Is.EqualTo(60));
        Assert.That(connection.TryReadEvent(buffer), Is.EqualTo(61));
        Assert.That(connection.WaitForEvent(Long));
        IpcClosedException e = Assert.Throws<IpcClosedException>(() => connection.TryReadEvent(buffer))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ENOTCONN));
        Assert.Throws<IpcClosedException>(() => connection.WaitForEvent(Long));
    }
}
