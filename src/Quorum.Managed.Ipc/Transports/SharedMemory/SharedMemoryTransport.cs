using System.Diagnostics;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.SharedMemory;

// Messages travel through three rings, with doorbells on the setup socket. protocol-docs/shared-memory-rings.md.
//
// Invariants:
//  1. The rings and the socket's descriptor are used only inside a handle scope on the mapping. The end of the last
//     scope after Close unmaps the rings and closes the descriptor. Waits on the descriptor outside a scope go through
//     the Socket, which guards its descriptor.
//  2. Commit, post and doorbell follow each other. Nothing in between can throw, wait or be cancelled.
//  3. _credits <= events in the ring: each doorbell that was seen permits taking one event.
//  4. The doorbells of several events stay in the stream until the last of these events was taken, so that the
//     descriptor stays readable while there are events. The doorbell of a single event is taken first.
internal sealed class SharedMemoryTransport : IpcTransport
{
    private const int MaxDoorbells = 64;

    private readonly RingMapping _mapping;
    private readonly SetupSocket _setup;
    private readonly RingMemory _requestRing;
    private readonly RingWriter _requests;
    private readonly RingReader _responses;
    private readonly RingReader _events;
    private readonly ResponseSpinner _spinner;
    private readonly bool _native;
    private int _credits;
    private int _peekedDoorbells;
    private bool _probing;
    private int _closed;

    // Takes over the mapping when it succeeds.
    public SharedMemoryTransport(
        RingMapping mapping,
        RingMemory request,
        RingMemory response,
        RingMemory @event,
        int doorbells,
        WaitStrategy strategy)
    {
        _mapping = mapping;
        _setup = mapping.Setup;
        _requestRing = request;
        _requests = new RingWriter(request);
        _responses = new RingReader(response);
        _events = new RingReader(@event);
        _credits = doorbells;
        _native = Syscall.IsUsedBy(strategy);
        if (_native)
        {
            Futex.Prepare();
        }

        _spinner = new ResponseSpinner(strategy);
    }

    public override SafeHandle PollHandle
    {
        get
        {
            using HandleScope scope = new(_mapping);
            return _mapping.PollHandle.Get(() => PollCalls.Duplicate(_setup.Handle, _native));
        }
    }

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

        // The chunk is committed and posted. The doorbell must come next (invariant 2).
        if (!_setup.TrySendDoorbell(_native))
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
        Span<byte> doorbells = stackalloc byte[MaxDoorbells];
        if (_credits == 0)
        {
            // Mostly there is one event: taking its doorbell at once saves a system call (invariant 4).
            bool several = _events.Semaphore.Value > 1;
            _credits = several
                ? _setup.ReadDoorbells(doorbells, peek: true, _native)
                : _setup.ReadDoorbells(doorbells[..1], peek: false, _native);
            if (_credits < 0)
            {
                // The stream has ended. The daemon may have died between an event and its doorbell, so the semaphore
                // counts what is left.
                _credits = 0;
                int last = _events.TryRead(message);
                return last >= 0 ? last : throw IpcErrors.Gone(IpcStage.Event);
            }

            _peekedDoorbells = several ? _credits : 0;
        }

        if (_credits == 0)
        {
            return -1;
        }

        int length = _events.TryRead(message);
        // A doorbell without an event is noise on the stream, and its credits are void.
        _credits = length < 0 ? 0 : _credits - 1;
        if (_credits == 0)
        {
            _setup.DiscardDoorbells(doorbells[.._peekedDoorbells], _native);
            _peekedDoorbells = 0;
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
        if (!_setup.IsPeerConnected())
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
                // Close came first.
            }
        }
    }

    public override void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        // The shutdown needs a scope. It ends the waits, and the end of the last scope releases the mapping.
        bool taken = false;
        try
        {
            _mapping.DangerousAddRef(ref taken);
            _setup.Shutdown();
        }
        finally
        {
            _mapping.Dispose();
            if (taken)
            {
                _mapping.DangerousRelease();
            }
        }
    }

    // The first request to a musl daemon finds out its semaphores' dialect. protocol-docs/semaphore.md.
    private void BeginProbe()
    {
        if (!_probing && !_requestRing.Semaphore.HasKnownDialect)
        {
            _probing = true;
            _requestRing.Semaphore.BeginProbe();
        }
    }
}
