using System.Diagnostics;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.SharedMemory;

// Three rings, and doorbells on the setup socket. protocol-docs/shared-memory-rings.md.
//
// Invariants:
//  1. Every access to the rings or the socket's descriptor happens under a lease on the mapping; the last lease, given back after Close, unmaps
//     the rings and closes the descriptor. Waits on the descriptor without a lease go through the Socket, which guards it itself.
//  2. Commit, post and doorbell follow each other without anything in between that can throw, wait or be cancelled.
//  3. _credits <= events in the ring: a doorbell that was seen is the permission to take one event.
//  4. Doorbells are read from the stream after the last of the events that they announce, or together with the only one, so that the descriptor is readable while
//     there are events.
internal sealed class SharedMemoryTransport : IpcTransport
{
    private const int MostBells = 64;

    private readonly SetupSocket _setup;
    private readonly RingMapping _mapping;
    private readonly RingMemory _requestRing;
    private readonly RingWriter _requests;
    private readonly RingReader _responses;
    private readonly RingReader _events;
    private readonly ResponseSpinner _spinner;
    private readonly bool _native;
    private int _credits;
    private int _bells;
    private bool _probing;
    private int _closed;

    public SharedMemoryTransport(
        SetupSocket setup, RingMapping mapping, RingMemory request, RingMemory response, RingMemory @event, int doorbells, WaitStrategy strategy)
    {
        _setup = setup;
        _mapping = mapping;
        _requestRing = request;
        _requests = new RingWriter(request);
        _responses = new RingReader(response);
        _events = new RingReader(@event);
        _credits = doorbells;
        _native = strategy != WaitStrategy.Polling && Libc.IsSupported;
        if (_native)
        {
            Libc.Prepare();
        }

        _spinner = new ResponseSpinner(strategy);
    }

    public override SafeHandle PollHandle => _setup.Handle;

    public override bool TrySend(ReadOnlySpan<byte> request)
    {
        using HandleScope scope = new(_mapping);
        if (Volatile.Read(ref _requestRing.FlowControl) != 0)
        {
            return false;
        }

        BeginProbe();
        if (!_requests.TryWrite(request))
        {
            return false;
        }

        // The chunk is committed and posted: the bell, now.
        if (!_setup.TryRing(_native))
        {
            throw IpcErrors.Gone(IpcStage.Request);
        }

        return true;
    }

    public override int TryReceive(Span<byte> response)
    {
        using HandleScope scope = new(_mapping);
        int length = _responses.TryRead(response);
        if (length >= 0 && _probing)
        {
            // There is a response, so the daemon has taken the request.
            _probing = false;
            _requestRing.Semaphore.EndProbe();
        }

        return length;
    }

    public override bool SpinForResponse(bool asynchronous)
    {
        using HandleScope scope = new(_mapping);
        return _spinner.Spin(_responses, asynchronous);
    }

    public override void WaitForResponse(TimeSpan time)
    {
        using HandleScope scope = new(_mapping);
        if (_responses.HasChunk)
        {
            return;
        }

        if (_native)
        {
            _responses.Semaphore.WaitOnce(time);
            return;
        }

        long until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        SpinWait wait = default;
        while (!_responses.HasChunk && Stopwatch.GetTimestamp() < until && Volatile.Read(ref _closed) == 0)
        {
            wait.SpinOnce(sleep1Threshold: 20);
        }
    }

    public override int TryReceiveEvent(Span<byte> message)
    {
        using HandleScope scope = new(_mapping);
        Span<byte> bells = stackalloc byte[MostBells];
        if (_credits == 0)
        {
            // Its doorbell is taken at once when there is one event, as there mostly is; those of several stay until the last of them.
            bool several = _events.Semaphore.Value > 1;
            _credits = several
                ? _setup.ReadDoorbells(bells, peek: true, _native)
                : _setup.ReadDoorbells(bells[..1], peek: false, _native);
            if (_credits < 0)
            {
                _credits = 0;
                throw IpcErrors.Gone(IpcStage.Event);
            }

            _bells = several ? _credits : 0;
        }

        if (_credits == 0)
        {
            return -1;
        }

        int length = _events.TryRead(message);
        // A bell without an event is noise on the setup stream: forget what was promised.
        _credits = length < 0 ? 0 : _credits - 1;
        if (_credits == 0)
        {
            _setup.SkipDoorbells(bells[.._bells], _native);
            _bells = 0;
        }

        return length;
    }

    public override bool WaitForEvent(TimeSpan time)
    {
        using HandleScope scope = new(_mapping);
        return Volatile.Read(ref _credits) > 0 || _setup.WaitReadable(time);
    }

    public override ValueTask WaitForEventAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _credits) > 0 ? ValueTask.CompletedTask : _setup.WaitReadableAsync(cancellationToken);

    public override void ThrowIfGone(IpcStage stage)
    {
        using HandleScope scope = new(_mapping);
        if (!_setup.IsPeerThere())
        {
            throw IpcErrors.Gone(stage);
        }
    }

    public override void Break()
    {
        if (Volatile.Read(ref _closed) == 0)
        {
            try
            {
                using HandleScope scope = new(_mapping);
                _setup.Shutdown();
            }
            catch (ObjectDisposedException)
            {
                // Close was faster.
            }
        }
    }

    public override void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        // Shut down under a lease of our own: waiters leave, and the last lease gives everything back.
        bool leased = false;
        try
        {
            _mapping.DangerousAddRef(ref leased);
            _setup.Shutdown();
        }
        finally
        {
            _mapping.Dispose();
            if (leased)
            {
                _mapping.DangerousRelease();
            }
        }
    }

    // Of a musl daemon, the first request finds out which: protocol-docs/semaphore.md.
    private void BeginProbe()
    {
        if (!_probing && !_requestRing.Semaphore.HasKnownDialect)
        {
            _probing = true;
            _requestRing.Semaphore.BeginProbe();
        }
    }
}
