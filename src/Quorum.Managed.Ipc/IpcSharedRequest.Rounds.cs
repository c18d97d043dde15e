using System.Diagnostics.CodeAnalysis;

namespace Quorum.Managed.Ipc;

/// <content>The life of a round, and of those who wait for it.</content>
public sealed partial class IpcSharedRequest
{
    // Null: nothing is in flight, and the caller makes the request; whoever does must Pass afterwards. Otherwise the round that he waits for.
    private SharedRound? Join(SharedWaiter? waiter, TimeSpan timeout)
    {
        lock (_lock)
        {
            if (!_busy)
            {
                _busy = true;
                return null;
            }

            if (_next is not { } round)
            {
                _next = round = _spare.TryPop(out SharedRound? spare) ? spare : new SharedRound(this, _responseBytes);
                round.Timeout = timeout;
            }

            round.Waiters++;
            if (waiter is not null)
            {
                waiter.Next = round.Asynchronous;
                round.Asynchronous = waiter;
            }

            return round;
        }
    }

    // The round trip in flight has ended: the next round may begin, if there is one.
    private void Pass()
    {
        SharedRound? next;
        bool asynchronous;
        lock (_lock)
        {
            next = _next;
            _next = null;
            if (next is null)
            {
                _busy = false;
                return;
            }

            next.Enter(SharedRound.Phase.Ready);
            asynchronous = next.Asynchronous is not null;
        }

        next.Wake(all: false);
        if (asynchronous)
        {
            // Whoever is faster claims it: a thread that waits, or the pool on behalf of the others.
            ThreadPool.UnsafeQueueUserWorkItem(next, preferLocal: false);
        }
    }

    // A leader that is not one of the waiters counts as one, so that the round stays his until he leaves.
    private bool TryClaim(SharedRound round, bool forOthers)
    {
        lock (_lock)
        {
            if (round.Current != SharedRound.Phase.Ready)
            {
                return false;
            }

            round.Enter(SharedRound.Phase.Claimed);
            round.Waiters += forOthers ? 1 : 0;
            return true;
        }
    }

    // A synchronous waiter goes. If he was the last, the round is over: put by, or, if its turn has come, passed on.
    private void Leave(SharedRound round)
    {
        bool pass = false;
        lock (_lock)
        {
            round.Waiters--;
            if (round.Waiters == 0)
            {
                if (ReferenceEquals(round, _next))
                {
                    _next = null;
                }

                pass = round.Current == SharedRound.Phase.Ready;
                Recycle(round);
            }
        }

        if (pass)
        {
            Pass();
        }
        else if (round.Current == SharedRound.Phase.Ready)
        {
            // The one that was woken for it has just gone.
            round.Wake(all: false);
        }
    }

    // The leader has his response, or has failed: everybody of the round is told, and the next round begins.
    private void Complete(SharedRound round)
    {
        SharedWaiter? waiter;
        lock (_lock)
        {
            round.Enter(SharedRound.Phase.Done);
            waiter = round.Asynchronous;
            round.Asynchronous = null;
        }

        Pass();
        round.Wake(all: true);
        int finished = 0;
        while (waiter is not null)
        {
            // Once finished it may be used anew at any moment.
            SharedWaiter? next = waiter.Next;
            waiter.Next = null;
            waiter.Finish(round.Buffer.AsSpan(0, Math.Max(round.Length, 0)), round.Length);
            finished++;
            waiter = next;
        }

        lock (_lock)
        {
            // The leader himself has still to leave.
            round.Waiters -= finished;
        }
    }

    // The work item may be late, and find the round led by another or in its next life: then it leads that, or does nothing.
    [SuppressMessage("Reliability", "CA2012", Justification = "Consumed once, in EndLead: an async method would allocate per round.")]
    internal void LeadForOthers(SharedRound round)
    {
        if (!TryClaim(round, forOthers: true))
        {
            return;
        }

        round.Leading = _connection.RequestAsync(_request, round.Buffer, round.Timeout).ConfigureAwait(false).GetAwaiter();
        if (round.Leading.IsCompleted)
        {
            EndLead(round);
        }
        else
        {
            round.Leading.UnsafeOnCompleted(round.OnLed);
        }
    }

    internal void EndLead(SharedRound round)
    {
        try
        {
            round.Length = round.Leading.GetResult();
        }
        catch (Exception e) when (e is IpcException or ObjectDisposedException)
        {
            // Length says so: everybody asks for himself and learns why.
            round.Length = -1;
        }
        finally
        {
            Complete(round);
            Leave(round);
        }
    }

    private void Recycle(SharedRound round)
    {
        round.Reset();
        _spare.Push(round);
    }

    private SharedWaiter Rent(Memory<byte> response, Deadline deadline, CancellationToken cancellationToken)
    {
        SharedWaiter? waiter;
        lock (_lock)
        {
            waiter = _pool;
            if (waiter is not null)
            {
                _pool = waiter.Next;
            }
        }

        waiter ??= new SharedWaiter(this, _asynchronousContinuations);
        waiter.Next = null;
        waiter.Prepare(response, deadline, cancellationToken);
        return waiter;
    }

    internal void Return(SharedWaiter waiter)
    {
        waiter.Release();
        if (waiter.IsCancelled)
        {
            return;
        }

        lock (_lock)
        {
            waiter.Next = _pool;
            _pool = waiter;
        }
    }
}
