using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Quorum.Managed.Ipc.Interop;
using Quorum.Managed.Ipc.SharedMemory;

namespace Quorum.Managed.Ipc.Sockets;

// Datagrams, with counters in a control file; the setup socket only tells when the daemon goes away. protocol-docs/socket-transport.md.
//
// Invariants:
//  1. Every access to a descriptor or the control file happens under a lease on the channels; the last lease, given back after Close, releases them.
//     Pending asynchronous receives go through the Socket, which guards its descriptor itself.
//  2. A counter changes right after its datagram was sent or received: nothing in between can throw.
//  3. A datagram socket does not tell that its peer has gone: every wait watches the setup socket too. What came before the end is read before it is told.
[SuppressMessage("Design", "CA1001", Justification = "Waiters may still use the token of _ended after Close; without a timer and a wait handle it owns nothing.")]
internal sealed class SocketTransport : IpcTransport, IResponseSource
{
    private readonly SocketChannels _channels;
    private readonly ResponseSpinner _spinner;
    private readonly bool _native;
    private readonly CancellationTokenSource _ended = new();
    private List<Socket>? _watched;
    private int _watching;
    private int _closed;

    public SocketTransport(SocketChannels channels, WaitStrategy strategy)
    {
        _channels = channels;
        _native = strategy != WaitStrategy.Polling && Libc.IsSupported;
        _spinner = new ResponseSpinner(strategy);
    }

    // An epoll descriptor over the event socket and the setup socket. Without native calls it is the event socket alone, as libquorum gives it, and the
    // daemon's end does not show.
    public override SafeHandle PollHandle
    {
        get
        {
            using HandleScope scope = new(_channels);
            return _native ? _channels.Poll(CreatePoll) : _channels.Events.Handle;
        }
    }

    // Under the lease of whoever spins. The daemon counts a response after it has sent it; to look at the count is no system call, and in nobody's way, as to look
    // at the socket would be in that of the daemon that sends to it. Only a hint: a daemon that counted wrongly would cost time.
    bool IResponseSource.HasResponse => Volatile.Read(ref _channels.Control(ControlLayout.ResponseSent)) > 0;

    public override bool TrySend(ReadOnlySpan<byte> request)
    {
        using HandleScope scope = new(_channels);
        if (Volatile.Read(ref _channels.Control(ControlLayout.RequestFlowControl)) != 0
            || !_channels.Requests.TrySend(request, IpcStage.Request, _native))
        {
            return false;
        }

        Interlocked.Increment(ref _channels.Control(ControlLayout.RequestSent));
        return true;
    }

    public override int TryReceive(Span<byte> response)
    {
        using HandleScope scope = new(_channels);
        return Take(_channels.Requests, response, ControlLayout.ResponseSent, IpcStage.Request);
    }

    public override bool SpinForResponse(bool asynchronous)
    {
        using HandleScope scope = new(_channels);
        return _spinner.Spin(this, asynchronous);
    }

    public override void WaitForResponse(TimeSpan time) => _ = Wait(_channels.Requests, time);

    public override int TryReceiveEvent(Span<byte> message)
    {
        using HandleScope scope = new(_channels);
        int length = Take(_channels.Events, message, ControlLayout.EventSent, IpcStage.Event);
        if (length >= 0)
        {
            return length;
        }

        // Nothing is said on the setup socket after the handshake: whatever comes is noise, or the end.
        if (_channels.Setup.DropNoise())
        {
            return -1;
        }

        // The last event may have come between the two looks.
        length = Take(_channels.Events, message, ControlLayout.EventSent, IpcStage.Event);
        return length >= 0 ? length : throw IpcErrors.Gone(IpcStage.Event);
    }

    public override bool WaitForEvent(TimeSpan time) => Wait(_channels.Events, time);

    public override async ValueTask WaitForEventAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _watching, 1) == 0)
        {
            _ = WatchSetupAsync();
        }

        using CancellationTokenSource? both =
            cancellationToken.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token) : null;
        try
        {
            await _channels.Events.WaitReadableAsync(both?.Token ?? _ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The end of the connection: whoever looks next finds out.
        }
    }

    public override void ThrowIfGone(IpcStage stage)
    {
        using HandleScope scope = new(_channels);
        if (!_channels.Setup.IsPeerThere())
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
                using HandleScope scope = new(_channels);
                _channels.Setup.Shutdown();
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
            _channels.DangerousAddRef(ref leased);
            _channels.Setup.Shutdown();
        }
        finally
        {
            _channels.Dispose();
            if (leased)
            {
                _channels.DangerousRelease();
            }
        }
    }

    private int Take(DatagramSocket socket, Span<byte> destination, int counter, IpcStage stage)
    {
        int length = socket.TryReceive(destination, stage, _native);
        if (length >= 0)
        {
            Interlocked.Decrement(ref _channels.Control(counter));
        }

        return length;
    }

    // On this thread, until the socket or the setup socket has something to tell; false when the time passed.
    private bool Wait(DatagramSocket socket, TimeSpan time)
    {
        using HandleScope scope = new(_channels);
        Deadline deadline = Deadline.After(time);
        if (_native)
        {
            int polled;
            do
            {
                polled = Libc.Poll(socket.Handle, _channels.Setup.Handle, deadline.PollSlice);
            }
            while (polled == 0 && !deadline.IsPast);
            if (polled >= 0)
            {
                return polled > 0;
            }
        }

        List<Socket> sockets = Interlocked.Exchange(ref _watched, null) ?? new List<Socket>(2);
        bool ready;
        do
        {
            sockets.Clear();
            sockets.Add(socket.Direct);
            sockets.Add(_channels.Setup.Direct);
            Socket.Select(sockets, null, null, deadline.PollSlice);
            ready = sockets.Count > 0;
        }
        while (!ready && !deadline.IsPast);
        Volatile.Write(ref _watched, sockets);
        return ready;
    }

    // Waits, without a thread, for the end of the setup socket, and ends the asynchronous waits on the event socket with it. Started by the first of these;
    // ends with the connection at the latest.
    private async Task WatchSetupAsync()
    {
        try
        {
            do
            {
                await _channels.Setup.WaitReadableAsync(CancellationToken.None).ConfigureAwait(false);
            }
            while (!HasEnded());
        }
        catch (ObjectDisposedException)
        {
            // The connection was closed.
        }
        finally
        {
            await _ended.CancelAsync().ConfigureAwait(false);
        }
    }

    private bool HasEnded()
    {
        using HandleScope scope = new(_channels);
        return !_channels.Setup.DropNoise();
    }

    private SafeFileHandle CreatePoll()
    {
        int errno = Libc.CreatePoll(_channels.Events.Handle, _channels.Setup.Handle, out SafeFileHandle poll);
        if (errno == 0)
        {
            return poll;
        }

        poll.Dispose();
        throw new IpcException(IpcStage.Event, errno, FormattableString.Invariant($"The descriptor to poll could not be made (errno {errno})."), errno == Errno.EMFILE ? IpcErrors.RaiseFileLimit : null);
    }
}
