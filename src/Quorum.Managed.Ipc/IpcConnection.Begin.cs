using System.Runtime.CompilerServices;

namespace Quorum.Managed.Ipc;

/// <content>A request in two halves, for callers that share it: one sends, another may receive.</content>
/// <remarks>
/// Invariant: who begins a request holds the gate until exactly one caller has ended or abandoned it, so that there is one request in flight. An abandoned one is
/// outstanding, and the next request drops its response first, as after a time-out.
/// </remarks>
public sealed partial class IpcConnection
{
    // Sends a request if that needs no waiting whatever: nobody else uses the connection or waits for it, and the daemon takes requests. Otherwise false, and
    // nothing was sent. Whatever is wrong with the connection is left to the next call to find and tell.
    internal bool TryBegin(ReadOnlySpan<byte> request)
    {
        if (_disposed || Volatile.Read(ref _reason) is not null || !_gate.TryEnter())
        {
            return false;
        }

        bool sent = false;
        try
        {
            sent = !_outstanding && TrySend(request);
        }
        catch (Exception e) when (IsFatal(e))
        {
            _ = Abort(IpcStage.Request, e);
        }
        catch (ObjectDisposedException)
        {
            // By the user, this moment.
        }
        finally
        {
            if (!sent)
            {
                _gate.Exit();
            }
        }

        return sent;
    }

    // Ends what was begun if the response comes within the microseconds that a synchronous caller spins for: its length. Otherwise -1, and it is still begun.
    internal int TryEnd(Span<byte> response)
    {
        try
        {
            if (!_transport.SpinForResponse(asynchronous: false) || !TryTakeResponse(response, out int length))
            {
                return -1;
            }

            _gate.Exit();
            return length;
        }
        catch (Exception e) when (IsFatal(e))
        {
            _ = Abort(IpcStage.Request, e);
        }
        catch (ObjectDisposedException)
        {
            // By the user, this moment: whoever ends it says so.
        }

        return -1;
    }

    // Ends what was begun, as Request does after it has sent.
    internal int End(Span<byte> response, TimeSpan timeout)
    {
        try
        {
            return AwaitResponse(response, timeout);
        }
        catch (Exception e) when (IsFatal(e))
        {
            throw Abort(IpcStage.Request, e);
        }
        finally
        {
            _gate.Exit();
        }
    }

    // The same, as RequestAsync does.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    internal async ValueTask<int> EndAsync(Memory<byte> response, TimeSpan timeout)
    {
        try
        {
            return await AwaitResponseAsync(response, Deadline.After(timeout), timeout, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (IsFatal(e))
        {
            throw Abort(IpcStage.Request, e);
        }
        finally
        {
            _gate.Exit();
        }
    }

    // Nobody wants the response any more.
    internal void Abandon() => _gate.Exit();
}
