using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.ObjectPool;

namespace Quorum.Managed.Ipc;

// A mutex for callers that block and for callers that await. Written by hand because SemaphoreSlim takes a lock to
// enter and to exit, and allocates for every wait of an asynchronous caller.
//
// Without contention, entering and exiting are one interlocked operation each. Under contention, a caller may enter
// ahead of blocked threads: a thread that wakes up takes longer than a round trip. So that none of them starves, the
// mutex is handed over to a blocked thread once a millisecond. It is handed over to asynchronous waiters in the order
// of their arrival.
//
// Invariants:
//  1. A caller holds the mutex from the moment at which it sets Held, or is handed the mutex with Held set, until it
//     exits.
//  2. Wanted is set while a caller waits. It changes under the lock only, so an exit that does not see it misses no
//     waiter.
//  3. _handedOver is never larger than _blocked: each of these hand-overs is taken by a blocked thread before that
//     thread leaves.
//  4. While the mutex is free and threads are blocked, one of them has been woken and has not looked yet.
[SuppressMessage("Design", "CA1001", Justification = "Its waiters own a timer each, which costs nothing unarmed.")]
internal sealed class AsyncMutex
{
    private const int Free = 0;
    private const int Held = 1;
    private const int Wanted = 2;
    private const int MaxPooledWaiters = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(1);

    private readonly object _lock = new();
    private readonly LinkedList<AsyncMutexWaiter> _queue = new();
    private readonly DefaultObjectPool<AsyncMutexWaiter> _pool;
    private int _state;
    private int _blocked;
    private int _handedOver;
    private bool _woken;
    private long _blockedSince;

    public AsyncMutex() => _pool = new(new WaiterPolicy(this), MaxPooledWaiters);

    public bool TryEnter()
    {
        int seen = Volatile.Read(ref _state);
        return (seen & Held) == 0 && Interlocked.CompareExchange(ref _state, seen | Held, seen) == seen;
    }

    // Blocks the thread until the mutex is entered; false when the time passed before.
    public bool Enter(TimeSpan timeout) => Enter(Deadline.After(timeout));

    public bool Enter(Deadline deadline) => TryEnter() || Block(deadline);

    // False when the time passed before the mutex was entered.
    public ValueTask<bool> EnterAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        EnterAsync(Deadline.After(timeout), cancellationToken);

    public ValueTask<bool> EnterAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        if (TryEnter())
        {
            return new ValueTask<bool>(true);
        }

        AsyncMutexWaiter waiter = _pool.Get();
        waiter.Prepare(deadline, cancellationToken);
        bool entered;
        lock (_lock)
        {
            Want();
            entered = TryEnter();
            if (!entered && !waiter.IsCancelled)
            {
                _queue.AddLast(waiter.Node);
                waiter.StartTimer();
                return waiter.Task;
            }

            StopWanting();
        }

        if (entered)
        {
            Return(waiter);
            return new ValueTask<bool>(true);
        }

        waiter.Cancel();
        return waiter.Task;
    }

    public void Exit()
    {
        if (Interlocked.CompareExchange(ref _state, Free, Held) == Held)
        {
            return;
        }

        AsyncMutexWaiter? next;
        lock (_lock)
        {
            if (_blocked > _handedOver && Stopwatch.GetElapsedTime(_blockedSince) > Patience)
            {
                _blockedSince = Stopwatch.GetTimestamp();
                _handedOver++;
                Monitor.Pulse(_lock);
                return;
            }

            next = _queue.First?.Value;
            if (next is null)
            {
                Interlocked.And(ref _state, ~Held);
                if (_blocked > 0 && !_woken)
                {
                    _woken = true;
                    Monitor.Pulse(_lock);
                }

                return;
            }

            Leave(next);
        }

        next.Complete(entered: true);
    }

    // Takes a waiter out of the queue because it waits no longer; false when the mutex was handed over to it before.
    internal bool TryLeave(AsyncMutexWaiter waiter)
    {
        lock (_lock)
        {
            if (waiter.Node.List is null)
            {
                return false;
            }

            Leave(waiter);
            return true;
        }
    }

    internal void Return(AsyncMutexWaiter waiter)
    {
        waiter.Release();
        _pool.Return(waiter);
    }

    private bool Block(Deadline deadline)
    {
        lock (_lock)
        {
            Want();
            if (_blocked++ == 0)
            {
                _blockedSince = Stopwatch.GetTimestamp();
            }

            try
            {
                while (true)
                {
                    if (_handedOver > 0)
                    {
                        _handedOver--;
                        return true;
                    }

                    if (TryEnter())
                    {
                        return true;
                    }

                    if (deadline.IsPast)
                    {
                        return false;
                    }

                    _ = Monitor.Wait(_lock, deadline.PollSlice);
                    _woken = false;
                }
            }
            catch (ThreadInterruptedException)
            {
                PassOn();
                throw;
            }
            finally
            {
                _blocked--;
                StopWanting();
            }
        }
    }

    // An interrupted thread leaves: what it was woken for, or handed, goes to another waiter.
    private void PassOn()
    {
        _woken = false;
        Monitor.Pulse(_lock);
        if (_handedOver == _blocked)
        {
            _handedOver--;
            Exit();
        }
    }

    private void Leave(AsyncMutexWaiter waiter)
    {
        _queue.Remove(waiter.Node);
        StopWanting();
    }

    private void Want() => Interlocked.Or(ref _state, Wanted);

    private void StopWanting()
    {
        if (_blocked == 0 && _queue.Count == 0)
        {
            Interlocked.And(ref _state, ~Wanted);
        }
    }

    private sealed class WaiterPolicy(AsyncMutex mutex) : PooledObjectPolicy<AsyncMutexWaiter>
    {
        public override AsyncMutexWaiter Create() => new(mutex);

        public override bool Return(AsyncMutexWaiter obj) => true;
    }
}
