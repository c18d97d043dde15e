using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Quorum.Managed.Ipc;

// An asynchronous request from its start until its result is taken: it enters the mutex, exchanges request and
// response, and reads the result. Written by hand and pooled by its derived class: the state machines of asynchronous
// methods are pooled in small numbers only, and any number of callers may wait for the mutex at once.
internal abstract class RequestOperation<TResult> : IValueTaskSource<TResult>
{
    private readonly Action _onEntered;
    private readonly Action _onExchanged;
    private ManualResetValueTaskSourceCore<TResult> _source = new() { RunContinuationsAsynchronously = true };
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _entering;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _exchanging;
    private RequestChannel _channel = null!;
    private ReadOnlyMemory<byte> _request;
    private Memory<byte> _response;
    private TimeSpan _timeout;
    private Deadline _deadline;
    private CancellationToken _cancellationToken;

    protected RequestOperation()
    {
        _onEntered = ContinueEntered;
        _onExchanged = ContinueExchanged;
    }

    public TResult GetResult(short token)
    {
        try
        {
            return _source.GetResult(token);
        }
        finally
        {
            Recycle();
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    // The timeout is the caller's whole limit, for messages; the deadline is what ends the operation.
    // Everything that goes wrong is in the task, as with an asynchronous method. The memory is the operation's until
    // the end.
    protected ValueTask<TResult> Start(
        RequestChannel channel,
        ReadOnlyMemory<byte> request,
        Memory<byte> response,
        Deadline deadline,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        _source.Reset();
        _channel = channel;
        _request = request;
        _response = response;
        _timeout = timeout;
        _deadline = deadline;
        _cancellationToken = cancellationToken;
        ValueTask<TResult> task = new(this, _source.Version);
        try
        {
            cancellationToken.ThrowIfCancellationRequested();
            channel.ThrowIfUnusable(request.Length);
            Enter();
        }
        catch (Exception e)
        {
            Fail(e);
        }

        return task;
    }

    // The response as the caller wants it; may throw.
    protected abstract TResult Read(ReadOnlySpan<byte> response);

    // The exception for the caller.
    protected virtual Exception Translate(Exception e) => e;

    // Nobody refers to the operation any more.
    protected virtual void Recycle()
    {
        _channel = null!;
        _request = default;
        _response = default;
        _cancellationToken = default;
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "Consumed once, in ContinueEntered.")]
    private void Enter()
    {
        // The local variable is used below: the continuation may run on another thread, and replace the field, before
        // this method has returned.
        ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter entering =
            _channel.Mutex.EnterAsync(_deadline, _cancellationToken).ConfigureAwait(false).GetAwaiter();
        _entering = entering;
        if (entering.IsCompleted)
        {
            ContinueEntered();
        }
        else
        {
            entering.UnsafeOnCompleted(_onEntered);
        }
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "Consumed once, in ContinueExchanged.")]
    private void ContinueEntered()
    {
        try
        {
            if (!_entering.GetResult())
            {
                throw IpcErrors.RequestTimedOut(_timeout);
            }

            ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter exchanging =
                _channel.ExchangeAsync(_request, _response, _deadline, _timeout, _cancellationToken)
                    .ConfigureAwait(false).GetAwaiter();
            _exchanging = exchanging;
            if (!exchanging.IsCompleted)
            {
                exchanging.UnsafeOnCompleted(_onExchanged);
                return;
            }
        }
        catch (Exception e)
        {
            Fail(e);
            return;
        }

        ContinueExchanged();
    }

    private void ContinueExchanged()
    {
        TResult result;
        try
        {
            result = Read(_response.Span[.._exchanging.GetResult()]);
        }
        catch (Exception e)
        {
            Fail(e);
            return;
        }

        _source.SetResult(result);
    }

    private void Fail(Exception e) => _source.SetException(Translate(e));
}
