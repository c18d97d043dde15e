using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// Requests, where rings differ from datagrams.
[TestFixture(WaitStrategy.Adaptive)]
[TestFixture(WaitStrategy.Blocking)]
[TestFixture(WaitStrategy.Polling)]
public class RingRequestTests(WaitStrategy strategy) : RequestFixture(IpcConnectionType.SharedMemory, strategy)
{
    [TestCase(32u, 0xDEADBEEF, Description = "a chunk without the magic")]
    [TestCase(0xFFFFFFFF, RawRing.Committed, Description = "a chunk larger than the ring")]
    public void Response_that_is_no_chunk_closes_the_connection(uint size, uint magic)
    {
        Task<int> asking = Start(false, Long, out _);
        _ = Peer.ReadRequest();
        Peer.ResponseRing.Write(new byte[32], size, magic);
        IpcClosedException e = Assert.ThrowsAsync<IpcClosedException>(() => Wait.ForAsync(asking))!;
        Assert.That(e.Errno, Is.EqualTo(Errno.EBADMSG));
        Peer.WaitClosed();
    }

    [Test]
    public void Dispose_during_a_request_counts_the_client_out_of_the_rings([Values] bool async)
    {
        Task<int> asking = Start(async, Timeout.InfiniteTimeSpan, out _);
        _ = Peer.ReadRequest();
        Connection.Dispose();
        Assert.ThrowsAsync<ObjectDisposedException>(() => Wait.ForAsync(asking));
        Peer.WaitClosed();
        Assert.That(Peer.ResponseRing.ReferenceCount, Is.EqualTo(1));
    }
}
