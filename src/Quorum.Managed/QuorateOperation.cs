using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Quorum.Managed.Ipc;

namespace Quorum.Managed;

// One GetQuorateAsync under way. Pooled by its connection: the pool of an async method keeps a few per thread only, and callers that share a round trip can be
// many. It belongs to its caller from Start until the result is taken.
internal sealed class QuorateOperation : IValueTaskSource<bool>
{
    private readonly QuorumConnection _owner;
    private readonly byte[] _response;
    private readonly Action _onCompleted;
    private ManualResetValueTaskSourceCore<bool> _source = new() { RunContinuationsAsynchronously = true };
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _pending;

    public QuorateOperation(QuorumConnection owner, int responseBytes)
    {
        _owner = owner;
        _response = new byte[responseBytes];
        _onCompleted = Complete;
    }

    [SuppressMessage("Reliability", "CA2012", Justification = "Consumed once, in End.")]
    public ValueTask<bool> Start(IpcSharedRequest request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter pending =
            request.RequestAsync(_response, timeout, cancellationToken).ConfigureAwait(false).GetAwaiter();
        _pending = pending;
        ValueTask<bool> task = new(this, _source.Version);
        if (!pending.IsCompleted)
        {
            // The local one: Complete may run, and the field be cleared, before this call has returned.
            pending.UnsafeOnCompleted(_onCompleted);
            return task;
        }

        bool quorate;
        try
        {
            quorate = End();
        }
        catch (Exception e)
        {
            // In the task, as an async method does.
            _source.SetException(e);
            return task;
        }

        _owner.Return(this);
        return new ValueTask<bool>(quorate);
    }

    public bool GetResult(short token)
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
                _source.Reset();
                _owner.Return(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _source.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    private void Complete()
    {
        bool quorate;
        try
        {
            quorate = End();
        }
        catch (Exception e)
        {
            _source.SetException(e);
            return;
        }

        _source.SetResult(quorate);
    }

    private bool End()
    {
        try
        {
            return _owner.ReadQuorate(_response.AsSpan(0, _pending.GetResult()));
        }
        catch (IpcException e)
        {
            throw QuorumErrors.Using(e);
        }
        finally
        {
            _pending = default;
        }
    }
}
