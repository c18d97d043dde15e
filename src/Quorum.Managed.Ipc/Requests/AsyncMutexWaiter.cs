using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;

namespace Quorum.Managed.Ipc;

// An asynchronous caller that waits for an AsyncMutex. Pooled by the mutex; it belongs to its caller until the result
// is taken.
[SuppressMessage("Design", "CA1001", Justification = "It is pooled, and its timer costs nothing unarmed.")]
internal sealed class AsyncMutexWaiter : IValueTaskSource<bool>, IThreadPoolWorkItem
{
    private readonly AsyncMutex _mutex;
    private readonly Timer _timer;
    private ManualResetValueTaskSourceCore<bool> _source;
    private CancellationToken _cancellationToken;
    private CancellationTokenRegistration _registration;
    private Deadline _deadline;
    private volatile bool _cancelled;
    private Outcome _outcome;

    public AsyncMutexWaiter(AsyncMutex mutex)
    {
        _mutex = mutex;
        Node = new LinkedListNode<AsyncMutexWaiter>(this);
        _timer = new Timer(
            static state => ((AsyncMutexWaiter)state!).OnTimer(), this, Timeout.Infinite, Timeout.Infinite);
    }

    public LinkedListNode<AsyncMutexWaiter> Node { get; }

    public ValueTask<bool> Task => new(this, _source.Version);

    // Cancellation may come from here on, before the waiter is in the queue.
    public bool IsCancelled => _cancelled;

    public void Prepare(Deadline deadline, CancellationToken cancellationToken)
    {
        _source.Reset();
        _cancelled = false;
        _deadline = deadline;
        _cancellationToken = cancellationToken;
        _registration = cancellationToken.UnsafeRegister(
            static state => ((AsyncMutexWaiter)state!).OnCancelled(), this);
    }

    public void StartTimer()
    {
        if (!_deadline.IsNever)
        {
            _timer.Change(_deadline.PollSlice, Timeout.InfiniteTimeSpan);
        }
    }

    public void Complete(bool entered) => Complete(entered ? Outcome.Entered : Outcome.TimedOut);

    public void Cancel() => Complete(Outcome.Cancelled);

    // Before the waiter is used for another caller. Waits until a callback that runs now has ended.
    public void Release()
    {
        _registration.Dispose();
        _registration = default;
        _cancellationToken = default;
    }

    public bool GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            _mutex.Return(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    void IThreadPoolWorkItem.Execute()
    {
        if (_outcome == Outcome.Cancelled)
        {
            _source.SetException(new OperationCanceledException(_cancellationToken));
        }
        else
        {
            _source.SetResult(_outcome == Outcome.Entered);
        }
    }

    // The continuation runs on the thread pool, not on the thread that exits the mutex. The waiter is the work item:
    // ManualResetValueTaskSourceCore would allocate one.
    private void Complete(Outcome outcome)
    {
        _outcome = outcome;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    private void OnCancelled()
    {
        _cancelled = true;
        if (_mutex.TryLeave(this))
        {
            Cancel();
        }
    }

    // Also runs late, for a wait that has ended: then the deadline is the one of the next wait, and has not passed.
    private void OnTimer()
    {
        if (!_deadline.IsPast)
        {
            StartTimer();
        }
        else if (_mutex.TryLeave(this))
        {
            Complete(entered: false);
        }
    }

    private enum Outcome
    {
        None = 0,
        Entered = 1,
        TimedOut = 2,
        Cancelled = 3,
    }
}
