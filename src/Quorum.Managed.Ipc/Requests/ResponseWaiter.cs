using System.Threading.Tasks.Sources;

namespace Quorum.Managed.Ipc;

// Waits for a response without holding a thread of the caller. A thread of the pool waits for two milliseconds, within
// which most answers come. After that one of the waiting threads sleeps; when none is free, a timer ticks, in steps
// that grow to ten milliseconds.
//
// Invariants:
//  1. There is one waiter a connection, used by the holder of the mutex, and one wait at a time. So one thread at most
//     sleeps on the connection's semaphore, and no other takes a response meanwhile.
//  2. A wait takes nothing and only ends early or late: whoever awaited it looks for the response, the daemon's end,
//     the deadline and the cancellation afterwards.
//  3. A wait always completes, also when the connection is disposed meanwhile. The timer is therefore never disposed.
//
// A wait allocates nothing.
internal sealed class ResponseWaiter : IValueTaskSource, IThreadPoolWorkItem
{
    private static readonly TimeSpan OnThreadOfPool = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan OnWaitingThread = TimeSpan.FromMilliseconds(LongestTick);
    private const int LongestTick = 10;

    private readonly IpcTransport _transport;
    private ManualResetValueTaskSourceCore<bool> _source;
    private Timer? _timer;

    public ResponseWaiter(IpcTransport transport) => _transport = transport;

    // Completes when a response may be there or some milliseconds have passed. Attempt counts the waits for this
    // response, from 0.
    public ValueTask WaitAsync(int attempt)
    {
        _source.Reset();
        if (attempt == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else if (!WaitingThreads.TryQueue(this))
        {
            _timer ??= new Timer(
                static state => ((ResponseWaiter)state!).Complete(), this, Timeout.Infinite, Timeout.Infinite);
            _timer.Change(Math.Min(1 << Math.Min(attempt - 1, 10), LongestTick), Timeout.Infinite);
        }

        return new ValueTask(this, _source.Version);
    }

    // On a waiting thread: waits, and then runs the rest of the call up to its next wait or its end. The caller's own
    // code runs on the pool.
    public void Sleep() => WaitAndComplete(OnWaitingThread);

    void IThreadPoolWorkItem.Execute() => WaitAndComplete(OnThreadOfPool);

    private void WaitAndComplete(TimeSpan time)
    {
        try
        {
            _transport.WaitForResponse(time);
        }
        catch (Exception)
        {
            // Nothing may escape on this thread: it would end the process. The request finds out when it looks for its
            // response.
        }

        Complete();
    }

    private void Complete() => _source.SetResult(true);

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
