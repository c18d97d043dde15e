using System.Net.Sockets;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// Answers getquorate over shared memory without allocating, so that a test's count is the client's alone. A test
/// drives it from its own thread, or lets it answer on another one (<see cref="Start"/>).
/// </summary>
public sealed class RawAnswerer(RawPeer peer) : IDisposable
{
    private readonly byte[] _response = RawPeer.QuorateResponse(quorate: true);
    private readonly byte[] _request = new byte[64];
    // A SemaphoreSlim may allocate when it waits.
    private readonly Semaphore _permits = new(0, int.MaxValue);
    private Thread? _thread;
    private volatile bool _stopped;
    private long _allocated;

    /// <summary>Whether each answer needs a <see cref="Permit"/> first.</summary>
    public bool NeedsPermit { get; init; }

    /// <summary>
    /// What the answering thread has allocated since its first answer. Above zero, it disturbs the test's count.
    /// </summary>
    public long AllocatedBytes => Volatile.Read(ref _allocated);

    /// <summary>Puts an answer into the ring before its request comes.</summary>
    public void AnswerInAdvance() => peer.Respond(_response);

    /// <summary>Takes a request, with its doorbell, that was answered in advance.</summary>
    public void Discard()
    {
        _ = peer.Socket.Receive(_request.AsSpan(0, 1));
        if (peer.RequestRing.Read(_request) < 0)
        {
            throw new InvalidDataException("A doorbell rang, but the request ring is empty.");
        }
    }

    /// <summary>Lets one more request be answered.</summary>
    public void Permit() => _permits.Release();

    /// <summary>Answers on a thread of its own, until the client or this answerer is closed.</summary>
    public RawAnswerer Start()
    {
        _thread = new Thread(Answer) { IsBackground = true, Name = "answers" };
        _thread.Start();
        return this;
    }

    /// <summary>
    /// Ends the thread. Close the client first, because the thread may be waiting for its next request.
    /// </summary>
    /// <exception cref="TimeoutException">The thread has not ended.</exception>
    public void Dispose()
    {
        _stopped = true;
        _permits.Release();
        Wait.Until(() => _thread is not { IsAlive: true }, "the end of the answering thread");
        _permits.Dispose();
    }

    private void Answer()
    {
        Span<byte> bell = stackalloc byte[1];
        long before = -1;
        while (!_stopped)
        {
            int count = peer.Socket.Receive(bell, SocketFlags.None, out SocketError error);
            if (count != 1 || error != SocketError.Success)
            {
                return;
            }

            if (NeedsPermit)
            {
                _permits.WaitOne();
            }

            if (peer.RequestRing.Read(_request) >= 0)
            {
                peer.Respond(_response);
            }

            before = before < 0 ? GC.GetAllocatedBytesForCurrentThread() : before;
            Volatile.Write(ref _allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }
}
