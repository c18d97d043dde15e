using System.Net.Sockets;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// The contract of both transports.
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public class EventTests(IpcConnectionType transport) : RawDaemonFixture(transport)
{
    private readonly byte[] _buffer = new byte[4672];

    [Test]
    public void Events_come_in_order_and_none_is_lost_when_more_are_sent_than_the_ring_holds()
    {
        const int Count = 30_000;
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            Task sending = Task.Run(() =>
            {
                byte[] message = new byte[60];
                for (int i = 0; i < Count; i++)
                {
                    BitConverter.TryWriteBytes(message, i);
                    while (!peer.SendEvent(message))
                    {
                        Thread.Yield();
                    }
                }
            });
            for (int i = 0; i < Count; i++)
            {
                int length;
                while ((length = connection.TryReadEvent(_buffer)) < 0)
                {
                    Assert.That(connection.WaitForEvent(Long));
                }

                Assert.That(length, Is.EqualTo(60));
                Assert.That(BitConverter.ToInt32(_buffer), Is.EqualTo(i));
            }

            sending.GetAwaiter().GetResult();
            Assert.That(connection.TryReadEvent(_buffer), Is.EqualTo(-1));
        }
    }

    [Test]
    public async Task WaitForEventAsync_beside_a_nonblocking_read_does_not_block_it()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            Task waiting = connection.WaitForEventAsync().AsTask();
            Assert.That(connection.TryReadEvent(_buffer), Is.EqualTo(-1));
            Assert.That(waiting.IsCompleted, Is.False);
            peer.SendEvent(new byte[60]);
            await Wait.ForAsync(waiting);
            Assert.That(connection.TryReadEvent(_buffer), Is.EqualTo(60));
        }
    }

    [Test]
    public async Task WaitForEventAsync_ends_on_cancellation_and_loses_nothing()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            using CancellationTokenSource cancel = new();
            Task waiting = connection.WaitForEventAsync(cancel.Token).AsTask();
            await cancel.CancelAsync();
            Assert.That(() => Wait.ForAsync(waiting), Throws.InstanceOf<OperationCanceledException>());
            peer.SendEvent(new byte[60]);
            await Wait.ForAsync(connection.WaitForEventAsync().AsTask());
            Assert.That(connection.TryReadEvent(_buffer), Is.EqualTo(60));
        }
    }

    [Test]
    public async Task Waiting_for_an_event_ends_when_the_connection_is_disposed([Values] bool async)
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (peer)
        {
            Task waiting = async
                ? connection.WaitForEventAsync().AsTask()
                : OwnThread.Run(() => connection.WaitForEvent(Timeout.InfiniteTimeSpan));
            connection.Dispose();
            try
            {
                await Wait.ForAsync(waiting);
            }
            catch (ObjectDisposedException)
            {
                // The wait began after the disposal.
            }

            Assert.Throws<ObjectDisposedException>(() => connection.TryReadEvent(_buffer));
        }
    }

    [Test]
    public void Events_of_a_daemon_that_died_are_read_before_its_death_is_reported()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            peer.SendEvent(new byte[60]);
            peer.SendEvent(new byte[61]);
            peer.Die();
            Assert.That(connection.WaitForEvent(Long));
            Assert.That(connection.TryReadEvent(_buffer), Is.EqualTo(60));
            Assert.That(connection.TryReadEvent(_buffer), Is.EqualTo(61));
            Assert.That(connection.WaitForEvent(Long));
            Assert.Throws<IpcClosedException>(() => connection.TryReadEvent(_buffer));
            Assert.Throws<IpcClosedException>(() => connection.WaitForEvent(Long));
        }
    }

    [Test]
    public void Noise_on_the_setup_stream_makes_no_event_and_loses_none()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            peer.Send(new byte[200]);
            for (int i = 0; i < 5; i++)
            {
                Assert.That(connection.TryReadEvent(_buffer), Is.EqualTo(-1));
            }

            peer.SendEvent(new byte[60]);
            Assert.That(connection.WaitForEvent(Long));
            Assert.That(connection.TryReadEvent(_buffer), Is.EqualTo(60));
        }
    }

    [Test]
    public void Poll_handle_is_readable_exactly_while_an_event_can_be_read()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            nint descriptor = connection.PollHandle.DangerousGetHandle();
            using Socket poll = new(new SafeSocketHandle(descriptor, ownsHandle: false));
            Assert.That(poll.Poll(0, SelectMode.SelectRead), Is.False);
            peer.SendEvent(new byte[60]);
            peer.SendEvent(new byte[61]);
            peer.SendEvent(new byte[62]);
            for (int i = 0; i < 3; i++)
            {
                Assert.That(poll.Poll(Long, SelectMode.SelectRead));
                Assert.That(connection.TryReadEvent(_buffer), Is.EqualTo(60 + i));
            }

            Assert.That(poll.Poll(0, SelectMode.SelectRead), Is.False);
            peer.Die();
            Assert.That(poll.Poll(Long, SelectMode.SelectRead));
        }
    }

    [Test]
    public async Task Waiting_for_an_event_ends_when_the_daemon_dies([Values] bool async)
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            Task waiting = async
                ? connection.WaitForEventAsync().AsTask()
                : OwnThread.Run(() => connection.WaitForEvent(Timeout.InfiniteTimeSpan));
            peer.Die();
            await Wait.ForAsync(waiting);
            Assert.Throws<IpcClosedException>(() => connection.TryReadEvent(_buffer));
        }
    }

    [Test]
    public void Events_of_any_size_up_to_the_buffer_arrive_whole_and_a_longer_one_closes_the_connection()
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            foreach (int size in (int[])[1, 59, 4671, 4672])
            {
                byte[] message = new byte[size];
                new Random(size).NextBytes(message);
                Assert.That(peer.SendEvent(message));
                Assert.That(connection.WaitForEvent(Long));
                Assert.That(connection.TryReadEvent(_buffer), Is.EqualTo(size));
                Assert.That(_buffer.AsSpan(0, size).ToArray(), Is.EqualTo(message));
            }

            Assert.That(peer.SendEvent(new byte[4673]));
            Assert.That(connection.WaitForEvent(Long));
            IpcClosedException e = Assert.Throws<IpcClosedException>(() => connection.TryReadEvent(_buffer))!;
            Assert.That(e.Errno, Is.EqualTo(Errno.EBADMSG));
        }
    }
}
