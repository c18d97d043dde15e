using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Quorum.Managed.Ipc;

// Turns at something that one may have at a time. A turn that nobody else wants is taken and given back by one interlocked operation each; otherwise it is passed on to
// one of those who wait, so that nobody gets ahead of them.
//
// Invariants:
//  1. Whoever changed the state from Free, or got a permit, has the turn, until he changes the state back or releases a permit.
//  2. While somebody waits the state is Wanted: it goes to and from Wanted under the lock only, together with the number of waiters.
//  3. Permits released and not taken are never more than those who wait for one or are about to give up, and the latter look for one before they go: none is lost.
[SuppressMessage("Design", "CA1001", Justification = "Callers may still wait for a permit when the owner is disposed of; without a wait handle it owns nothing.")]
internal sealed class Gate
{
    private const int Free = 0;
    private const int Taken = 1;
    private const int Wanted = 2;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _permits = new(0);
    private int _state;
    private int _waiters;

    public bool TryEnter() => Interlocked.CompareExchange(ref _state, Taken, Free) == Free;

    // False when the time was over first.
    public bool Enter(TimeSpan timeout) => TryEnter() || !Queue() || _permits.Wait(timeout) || !GiveUp();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> EnterAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TryEnter() || !Queue())
        {
            return true;
        }

        try
        {
            return await _permits.WaitAsync(timeout, cancellationToken).ConfigureAwait(false) || !GiveUp();
        }
        catch (OperationCanceledException)
        {
            if (!GiveUp())
            {
                Exit();
            }

            throw;
        }
    }

    public void Exit()
    {
        if (Interlocked.CompareExchange(ref _state, Free, Taken) == Taken)
        {
            return;
        }

        lock (_lock)
        {
            if (_waiters == 0)
            {
                // They have given up.
                Volatile.Write(ref _state, Free);
                return;
            }

            _waiters--;
            if (_waiters == 0)
            {
                Volatile.Write(ref _state, Taken);
            }

            _permits.Release();
        }
    }

    // Whether the caller waits now; if not, he has the turn.
    internal bool Queue()
    {
        lock (_lock)
        {
            // Only the steps between Free and Taken are made without the lock.
            while (Interlocked.CompareExchange(ref _state, Wanted, Taken) == Free)
            {
                if (TryEnter())
                {
                    return false;
                }
            }

            _waiters++;
            return true;
        }
    }

    // Whether the caller waits no longer; if not, the turn has come to him all the same.
    internal bool GiveUp()
    {
        lock (_lock)
        {
            if (_permits.Wait(0))
            {
                return false;
            }

            _waiters--;
            return true;
        }
    }
}
