using System.Threading.Tasks.Sources;

namespace Quorum.Managed.Ipc;

// An asynchronous caller that waits for a shared round. Pooled by its IpcSharedRequest, unless it was cancelled: then the round may still name it.
internal sealed class SharedWaiter : IValueTaskSource<int>
{
    private static readonly Action<object?, CancellationToken> OnCancelled = static (state, token) => ((SharedWaiter)state!).Cancel(token);
    private ManualResetValueTaskSourceCore<int> _source = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private int _finished;

    // The next in its round's list, or in the pool's.
    public SharedWaiter? Next { get; set; }

    public Memory<byte> Response { get; private set; }

    public bool IsCancelled { get; private set; }

    public ValueTask<int> Task => new(this, _source.Version);

    public void Prepare(Memory<byte> response)
    {
        _source.Reset();
        _finished = 0;
        Response = response;
    }

    // After it is in its round's list: cancellation can come at once.
    public void Watch(CancellationToken cancellationToken) =>
        _registration = cancellationToken.UnsafeRegister(OnCancelled, this);

    // The response, or below zero when the caller has to ask for himself.
    public void Finish(ReadOnlySpan<byte> response, int length)
    {
        if (Interlocked.Exchange(ref _finished, 1) == 0)
        {
            response.CopyTo(Response.Span);
            _source.SetResult(length);
        }
    }

    public void Release()
    {
        _registration.Dispose();
        _registration = default;
        Response = default;
    }

    public int GetResult(short token) => _source.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _finished, 1) == 0)
        {
            IsCancelled = true;
            _source.SetException(new OperationCanceledException(token));
        }
    }
}
