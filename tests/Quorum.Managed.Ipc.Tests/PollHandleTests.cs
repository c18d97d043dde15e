using System.Net.Sockets;
using System.Runtime.InteropServices;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// The contract of both transports.
[TestFixture(IpcConnectionType.SharedMemory, WaitStrategy.Adaptive)]
[TestFixture(IpcConnectionType.SharedMemory, WaitStrategy.Polling)]
[TestFixture(IpcConnectionType.Socket, WaitStrategy.Adaptive)]
[TestFixture(IpcConnectionType.Socket, WaitStrategy.Polling)]
public class PollHandleTests(IpcConnectionType transport, WaitStrategy strategy) : RequestFixture(transport, strategy)
{
    [Test]
    public async Task Closing_it_leaves_the_connection_as_it_is()
    {
        Connection.PollHandle.Dispose();
        Task<int> asking = Start(async: false, Long, out _);
        _ = Peer.ReadRequest();
        Peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await Wait.ForAsync(asking), Is.EqualTo(32));
        Peer.SendEvent(new byte[60]);
        using (Socket poll = new(new SafeSocketHandle(Connection.PollHandle.DangerousGetHandle(), ownsHandle: false)))
        {
            Assert.That(poll.Poll(Long, SelectMode.SelectRead), "a new one after the first was closed");
        }

        Assert.That(Connection.TryReadEvent(new byte[64]), Is.EqualTo(60));
    }

    [Test]
    public async Task Disposing_the_connection_does_not_wait_for_a_reference_to_it()
    {
        SafeHandle handle = Connection.PollHandle;
        bool taken = false;
        handle.DangerousAddRef(ref taken);
        try
        {
            await Wait.ForAsync(OwnThread.Run(Connection.Dispose));
            Peer.WaitClosed();
        }
        finally
        {
            handle.DangerousRelease();
        }
    }

    [Test]
    public void Closing_it_leaves_the_connections_own_descriptor_open()
    {
        SafeHandle handle = Connection.PollHandle;
        Assert.That(Connection.PollHandle, Is.SameAs(handle));
        string target = new FileInfo($"/proc/self/fd/{handle.DangerousGetHandle()}").LinkTarget!;
        handle.Dispose();
        int left = Directory.GetFiles("/proc/self/fd").Count(path => new FileInfo(path).LinkTarget == target);
        bool isEpoll = Transport == IpcConnectionType.Socket && Strategy != WaitStrategy.Polling;
        Assert.That(left, isEpoll ? Is.GreaterThanOrEqualTo(0) : Is.GreaterThan(0), "epoll descriptors are all alike");
    }
}
