using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// One caller finds the connection broken while others are in the middle of theirs.
public class AbortTests : RawDaemonFixture
{
    [Test]
    public void Abort_by_one_caller_gives_its_reason_to_those_that_wait(
        [Values] bool async, [Values(WaitStrategy.Adaptive, WaitStrategy.Blocking, WaitStrategy.Polling)] WaitStrategy strategy)
    {
        (IpcConnection connection, RawPeer peer) = Connect(Options with { WaitStrategy = strategy });
        using (connection)
        using (peer)
        {
            byte[] response = new byte[64];
            byte[] ask = RawPeer.Response(0, 16, 0);
            Task<int> asking = async
                ? connection.RequestAsync(ask, response, Timeout.InfiniteTimeSpan).AsTask()
                : Task.Factory.StartNew(
                    () => connection.Request(ask, response, Timeout.InfiniteTimeSpan), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            _ = peer.ReadRequest();
            IpcClosedException reason = connection.Abort(IpcStage.Event, new InvalidDataException("no event looks like this"));
            IpcClosedException e = Assert.ThrowsAsync<IpcClosedException>(() => asking.WaitAsync(Long))!;
            Assert.That(e.InnerException, Is.SameAs(reason));
        }
    }

    [Test]
    public void Abort_while_another_reads_events_gives_it_the_reason([Values] bool async)
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
                Assert.ThrowsAsync<IpcClosedException>(() => reading.WaitAsync(Long));
            }
        }
    }
}
