using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc;

// The seam between a connection and the way its messages travel. One sender, one receiver of responses and one reader of events at a time
// (IpcConnection sees to that); waits may run beside all of them and beside Close.
internal abstract class IpcTransport
{
    // Sends one request, or returns false, with nothing sent, while the daemon does not take requests (flow control, or no room).
    public abstract bool TrySend(ReadOnlySpan<byte> request);

    // Takes the response into the buffer and returns its length, or -1 when none is there yet.
    public abstract int TryReceive(Span<byte> response);

    // Waits for a response to be there, on this thread, for about the given time at most; returns at once when it is. May return early.
    public abstract void WaitForResponse(TimeSpan time);

    // Spins for a response, on this thread, for microseconds, fewer for an asynchronous caller; returns whether one was seen. Where spinning does not pay, it
    // does not look at all.
    public abstract bool SpinForResponse(bool asynchronous);

    // Takes the next event into the buffer and returns its length, or -1 when none is there.
    public abstract int TryReceiveEvent(Span<byte> message);

    // Waits for an event, the end of the connection or Close, on this thread; false when the time passed before any of these.
    public abstract bool WaitForEvent(TimeSpan time);

    // The same without a thread. Consumes nothing.
    public abstract ValueTask WaitForEventAsync(CancellationToken cancellationToken);

    // Throws IpcClosedException when the daemon has gone away. Costs a system call.
    public abstract void ThrowIfGone(IpcStage stage);

    // A handle that polls readable exactly when TryReceiveEvent would have something to say. Belongs to the transport.
    public abstract SafeHandle PollHandle { get; }

    // The connection is of no more use: wakes everybody who waits. PollHandle stays open, and polls readable, until Close.
    public abstract void Break();

    // Wakes everybody who waits, and gives everything back as soon as the last operation has left. Any thread, any number of times.
    public abstract void Close();
}
