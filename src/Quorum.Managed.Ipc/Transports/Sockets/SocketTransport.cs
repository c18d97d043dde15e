using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.Sockets;

// Messages travel as datagrams, with counters in a control file. The setup socket only shows when the daemon goes away.
// protocol-docs/socket-transport.md.
//
// Invariants:
//  1. A descriptor or the control file is used only inside a handle scope on the channels. The end of the last scope
//     after Close releases them. Pending asynchronous receives go through the Socket, which guards its descriptor.
//  2. A counter changes right after its datagram was sent or received. Nothing in between can throw.
//  3. A datagram socket does not show that its peer has gone, so every wait watches the setup socket too. Messages that
//     came before the end are read before the end is reported.
[SuppressMessage(
    "Design",
    "CA1001",
    Justification = "Waits may use the token after Close. Without a timer or a wait handle it owns nothing.")]
internal sealed class SocketTransport : IpcTransport, IResponseSource
{
    private const int NothingReady = 0;
    private const int DatagramReady = 1;
    private const int SetupReady = 2;
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(1);

    private readonly SocketChannels _channels;
    private readonly ResponseSpinner _spinner;
    private readonly bool _native;
    private readonly CancellationTokenSource _ended = new();
    private List<Socket>? _selectList;
    private int _watchingSetup;
    private int _closed;

    // Takes over the channels.
    public SocketTransport(SocketChannels channels, WaitStrategy strategy)
    {
        _channels = channels;
        _native = Syscall.IsUsedBy(strategy);
        _spinner = new ResponseSpinner(strategy);
    }

    // An epoll descriptor for the event socket and the setup socket. Without native calls it is only the event socket,
    // which libquorum gives out too, and which does not show the daemon's end.
    public override SafeHandle PollHandle
    {
        get
        {
            using HandleScope scope = new(_channels);
            return _channels.PollHandle.Get(
                () => _native ? CreateEpoll() : PollCalls.Duplicate(_channels.Events.Handle, native: false));
        }
    }

    // Read inside the spinning caller's scope. The daemon increments the count after it has sent a response. Reading
    // the count needs no system call and does not contend with the send. A wrong count costs time, never correctness.
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
        return TryReceive(_channels.Requests, response, ControlLayout.ResponseSent, IpcStage.Request);
    }

    public override bool SpinForResponse(bool asynchronous)
    {
        using HandleScope scope = new(_channels);
        return _spinner.Spin(this, asynchronous);
    }

    public override void WaitForResponse(TimeSpan time)
    {
        using HandleScope scope = new(_channels);
        Deadline deadline = Deadline.After(time);
        // Input on the setup socket means nothing on this transport. Left there, it would end every wait at once.
        while (Wait(_channels.Requests, deadline) == SetupReady && _channels.Setup.DiscardInput() && !deadline.IsPast)
        {
        }
    }

    public override int TryReceiveEvent(Span<byte> message)
    {
        using HandleScope scope = new(_channels);
        int length = TryReceive(_channels.Events, message, ControlLayout.EventSent, IpcStage.Event);
        if (length >= 0)
        {
            return length;
        }

        if (_channels.Setup.DiscardInput())
        {
            return -1;
        }

        // The stream has ended. The last event may have come after the first receive.
        length = TryReceive(_channels.Events, message, ControlLayout.EventSent, IpcStage.Event);
        return length >= 0 ? length : throw IpcErrors.Gone(IpcStage.Event);
    }

    public override bool WaitForEvent(TimeSpan time)
    {
        using HandleScope scope = new(_channels);
        return Wait(_channels.Events, Deadline.After(time)) != NothingReady;
    }

    public override async ValueTask WaitForEventAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _watchingSetup, 1) == 0)
        {
            _ = WatchSetupAsync();
        }

        using CancellationTokenSource? both = cancellationToken.CanBeCanceled
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token)
            : null;
        try
        {
            await _channels.Events.WaitReadableAsync(both?.Token ?? _ended.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The connection has ended. The next receive reports it.
        }
    }

    public override void ThrowIfGone(IpcStage stage)
    {
        using HandleScope scope = new(_channels);
        if (!_channels.Setup.IsPeerConnected())
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

        // The shutdown needs a scope. It ends the waits, and the end of the last scope releases the channels.
        bool taken = false;
        try
        {
            _channels.DangerousAddRef(ref taken);
            _channels.Setup.Shutdown();
        }
        finally
        {
            _channels.Dispose();
            if (taken)
            {
                _channels.DangerousRelease();
            }
        }
    }

    private int TryReceive(DatagramSocket socket, Span<byte> destination, int counter, IpcStage stage)
    {
        int length = socket.TryReceive(destination, stage, _native);
        if (length >= 0)
        {
            Interlocked.Decrement(ref _channels.Control(counter));
        }

        return length;
    }

    // Blocks until the datagram socket or the setup socket is readable, and returns which. NothingReady: the time
    // passed first.
    private int Wait(DatagramSocket socket, Deadline deadline)
    {
        if (_native)
        {
            int ready;
            do
            {
                ready = PollCalls.Poll(socket.Handle, _channels.Setup.Handle, deadline.PollSlice);
            }
            while (ready == 0 && !deadline.IsPast);
            if (ready >= 0)
            {
                return ready;
            }
        }

        return Select(socket, deadline);
    }

    private int Select(DatagramSocket socket, Deadline deadline)
    {
        // Select removes from the list what is not ready. The list is kept for the next wait.
        List<Socket> sockets = Interlocked.Exchange(ref _selectList, null) ?? new List<Socket>(2);
        int ready;
        do
        {
            sockets.Clear();
            sockets.Add(socket.Direct);
            sockets.Add(_channels.Setup.Direct);
            try
            {
                Socket.Select(sockets, null, null, deadline.PollSlice);
            }
            catch (SocketException)
            {
                // The kernel is out of memory. A wait may end early, but must not spin.
                Thread.Sleep(deadline.Slice(PauseAfterFailure));
                sockets.Clear();
            }

            ready = sockets.Count == 0 ? NothingReady : sockets.Contains(socket.Direct) ? DatagramReady : SetupReady;
        }
        while (ready == NothingReady && !deadline.IsPast);
        Volatile.Write(ref _selectList, sockets);
        return ready;
    }

    // Waits for the end of the setup socket, and then ends the asynchronous waits on the event socket. The first of
    // these waits starts it. It ends with the connection at the latest.
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
        return !_channels.Setup.DiscardInput();
    }

    private SafeFileHandle CreateEpoll()
    {
        int errno = PollCalls.CreateEpoll(_channels.Events.Handle, _channels.Setup.Handle, out SafeFileHandle epoll);
        if (errno == 0)
        {
            return epoll;
        }

        epoll.Dispose();
        throw IpcErrors.CannotPoll(errno);
    }
}
