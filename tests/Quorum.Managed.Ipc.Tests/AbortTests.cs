using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// One caller aborts the connection while another one waits.
public class AbortTests : RawDaemonFixture
{
    [Test]
    public void Abort_gives_its_reason_to_a_caller_that_waits(
        [Values] bool async,
        [Values(WaitStrategy.Adaptive, WaitStrategy.Blocking, WaitStrategy.Polling)] WaitStrategy strategy)
    {
        (IpcConnection connection, RawPeer peer) = Connect(Options with { WaitStrategy = strategy });
        using (connection)
        using (peer)
        {
            byte[] response = new byte[64];
            byte[] ask = RawPeer.Request(0);
            Task<int> asking = async
                ? connection.RequestAsync(ask, response, Timeout.InfiniteTimeSpan).AsTask()
                : OwnThread.Run(() => connection.Request(ask, response, Timeout.InfiniteTimeSpan));
            _ = peer.ReadRequest();
            InvalidDataException cause = new("no event looks like this");
            IpcClosedException reason = connection.Abort(IpcStage.Event, cause);
            IpcClosedException e = Assert.ThrowsAsync<IpcClosedException>(() => Wait.ForAsync(asking))!;
            Assert.That(e.InnerException, Is.SameAs(reason));
        }
    }

    [Test]
    public void Abort_ends_a_caller_that_reads_events([Values] bool async)
    {
        for (int round = 0; round < 200; round++)
        {
            (IpcConnection connection, RawPeer peer) = Connect();
            using (connection)
            using (peer)
            {
                Task reading = Task.Run(async () =>
                {
                    byte[] buffer = new byte[64];
                    while (true)
                    {
                        Assert.That(connection.TryReadEvent(buffer), Is.EqualTo(-1));
                        if (async)
                        {
                            await connection.WaitForEventAsync();
                        }
                        else
                        {
                            _ = connection.WaitForEvent(Long);
                        }
                    }
                });
                connection.Abort(IpcStage.Request, new InvalidDataException("no response looks like this"));
                Assert.ThrowsAsync<IpcClosedException>(() => Wait.ForAsync(reading));
            }
        }
    }
}
