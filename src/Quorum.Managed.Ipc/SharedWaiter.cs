using System.Threading.Tasks.Sources;

namespace Quorum.Managed.Ipc;

// An asynchronous caller that waits for a shared round. Pooled by its IpcSharedRequest from the moment its result is taken, unless it was cancelled: then
// the round may still name it.
internal sealed class SharedWaiter : IValueTaskSource<int>
{
    private static readonly Action<object?, CancellationToken> OnCancelled = static (state, token) => ((SharedWaiter)state!).Cancel(token);
    private readonly IpcSharedRequest _owner;
    private ManualResetValueTaskSourceCore<int> _source;
    private CancellationTokenRegistration _registration;
    private CancellationToken _cancellationToken;
    private Deadline _deadline;
    private Memory<byte> _response;
    private int _finished;

    public SharedWaiter(IpcSharedRequest owner, bool runContinuationsAsynchronously)
    {
        _owner = owner;
        _source.RunContinuationsAsynchronously = runContinuationsAsynchronously;
    }

    // The next in its round's list, or in the pool's.
    public SharedWaiter? Next { get; set; }

    public bool IsCancelled { get; private set; }

    public ValueTask<int> Task => new(this, _source.Version);

    public void Prepare(Memory<byte> response, Deadline deadline, CancellationToken cancellationToken)
    {
        _source.Reset();
        _finished = 0;
        _response = response;
        _deadline = deadline;
        _cancellationToken = cancellationToken;
    }

    // After it is in its round's list: cancellation can come at once.
    public void Watch() => _registration = _cancellationToken.UnsafeRegister(OnCancelled, this);

    // The response; or below zero, and it asks for itself.
    public void Finish(ReadOnlySpan<byte> response, int length)
    {
        if (Interlocked.Exchange(ref _finished, 1) != 0)
        {
            return;
        }

        if (length < 0)
        {
            _ = AskAloneAsync();
            return;
        }

        response.CopyTo(_response.Span);
        _source.SetResult(length);
    }

    public void Release()
    {
        _registration.Dispose();
        _registration = default;
        _cancellationToken = default;
        _response = default;
    }

    public int GetResult(short token)
    {
        bool done = _source.GetStatus(token) != ValueTaskSourceStatus.Pending;
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            if (done)
            {
                _owner.Return(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private async Task AskAloneAsync()
    {
        int length;
        try
        {
            length = await _owner.AskAloneAsync(_response, _deadline, _cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            _source.SetException(e);
            return;
        }

        _source.SetResult(length);
    }

    private void Cancel(CancellationToken token)
    {
        if (Interlocked.Exchange(ref _finished, 1) == 0)
        {
            IsCancelled = true;
            _source.SetException(new OperationCanceledException(token));
        }
    }
}
