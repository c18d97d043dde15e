using System.Runtime.InteropServices;

namespace Quorum.Managed.Ipc;

// How the messages of a connection travel. IpcConnection allows one sender, one receiver of responses and one reader of
// events at a time. Waits may run at the same time as any other call, also as Close.
internal abstract class IpcTransport
{
    // Polls readable exactly when TryReceiveEvent would return an event or throw. Belongs to the transport.
    public abstract SafeHandle PollHandle { get; }

    // Sends a request. Returns false, with nothing sent, while the daemon does not take requests: its flow control is
    // on, or there is no room.
    public abstract bool TrySend(ReadOnlySpan<byte> request);

    // Takes the response. Returns its length, or -1 when there is none yet.
    public abstract int TryReceive(Span<byte> response);

    // Blocks until there is a response, for about the given time at most. May return early.
    public abstract void WaitForResponse(TimeSpan time);

    // Spins for a response for some microseconds, fewer for an asynchronous caller. Returns whether one was seen. Where
    // spinning does not pay, it returns false without looking.
    public abstract bool SpinForResponse(bool asynchronous);

    // Takes the next event. Returns its length, or -1 when there is none.
    public abstract int TryReceiveEvent(Span<byte> message);

    // Blocks until there is an event, the connection has ended, or Close is called. Returns false when the time passed
    // first.
    public abstract bool WaitForEvent(TimeSpan time);

    // Completes when there is an event, the connection has ended, or Close is called. Takes nothing.
    public abstract ValueTask WaitForEventAsync(CancellationToken cancellationToken);

    // Throws IpcClosedException when the daemon has gone away. Costs a system call.
    public abstract void ThrowIfGone(IpcStage stage);

    // Ends the connection's use and wakes all waits. PollHandle stays open, and polls readable, until Close.
    public abstract void Break();

    // Wakes all waits, and releases everything when the last operation has left. May be called from any thread, any
    // number of times.
    public abstract void Close();
}
