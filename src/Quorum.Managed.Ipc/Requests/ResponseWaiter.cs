using System.Threading.Tasks.Sources;

namespace Quorum.Managed.Ipc;

// Waits for a response without holding a thread for long: a pool thread waits for two milliseconds, within which most
// answers come. After that a timer ticks, in steps that grow to ten milliseconds. There is one waiter a connection,
// used by the holder of the mutex; a wait allocates nothing. The timer is never disposed: a wait that is under way when
// the connection is disposed must still end.
internal sealed class ResponseWaiter : IValueTaskSource, IThreadPoolWorkItem
{
    private static readonly TimeSpan OnThread = TimeSpan.FromMilliseconds(2);
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
        else
        {
            _timer ??= new Timer(
                static state => ((ResponseWaiter)state!).Complete(), this, Timeout.Infinite, Timeout.Infinite);
            _timer.Change(Math.Min(1 << Math.Min(attempt - 1, 10), LongestTick), Timeout.Infinite);
        }

        return new ValueTask(this, _source.Version);
    }

    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            _transport.WaitForResponse(OnThread);
        }
        catch (Exception)
        {
            // Nothing may escape on a thread of the pool: it would end the process. The request finds out when it looks
            // for its response.
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
