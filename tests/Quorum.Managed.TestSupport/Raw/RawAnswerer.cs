using System.Net.Sockets;

namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// Answers getquorate for a client without allocating, so that what a test counts is the client's alone. Either driven from the test's thread, or on
/// a thread of its own (<see cref="Start"/>).
/// </summary>
public sealed class RawAnswerer(RawPeer peer) : IDisposable
{
    private readonly byte[] _response = RawPeer.QuorateResponse(quorate: true);
    private readonly byte[] _request = new byte[64];
    // Not a SemaphoreSlim, whose waits may allocate.
    private readonly Semaphore _permits = new(0, int.MaxValue);
    private Thread? _thread;
    private volatile bool _stopped;
    private long _allocated;

    /// <summary>Whether each answer needs a <see cref="Permit"/> first. Set before <see cref="Start"/>.</summary>
    public bool NeedsPermit { get; init; }

    /// <summary>What the thread has allocated since it answered first: nothing, or the test counts this and not the client.</summary>
    public long AllocatedBytes => Volatile.Read(ref _allocated);

    /// <summary>Lays an answer into the ring, before the request that it is for.</summary>
    public void AnswerInAdvance() => peer.Respond(_response);

    /// <summary>Takes a request, with its doorbell, that has been answered already.</summary>
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

    /// <summary>Answers on a thread of its own, until the client or this is closed.</summary>
    public RawAnswerer Start()
    {
        _thread = new Thread(Answer) { IsBackground = true, Name = "answers" };
        _thread.Start();
        return this;
    }

    /// <summary>Ends the thread. The client should have closed before, or a receive in progress ends only with the peer.</summary>
    public void Dispose()
    {
        _stopped = true;
        _permits.Release();
        _thread?.Join(TimeSpan.FromSeconds(10));
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
