using System.Diagnostics.CodeAnalysis;

namespace Quorum.Managed.Ipc;

/// <content>The life of a round, and of those who wait for it.</content>
public sealed partial class IpcSharedRequest
{
    // How many rounds a synchronous caller completes for others after his own. More than one gains nothing, and costs him time.
    private const int Courtesy = 1;

    // Nothing is in flight; something is; something is, and a round may wait for its turn (_next).
    private const int Idle = 0;
    private const int Busy = 1;
    private const int Wanted = 2;

    // Whether nothing was in flight, and the caller makes the request: he must Complete afterwards. _state goes between Idle and Busy by this and by TakeNext's first
    // line, one interlocked operation each; to and from Wanted, together with _next, under the lock only.
    private bool TryBeBusy() => Interlocked.CompareExchange(ref _state, Busy, Idle) == Idle;

    // Null as if TryBeBusy. Otherwise the round that the caller waits for.
    private SharedRound? Join(SharedWaiter? waiter, TimeSpan timeout)
    {
        lock (_lock)
        {
            while (Interlocked.CompareExchange(ref _state, Wanted, Busy) == Idle)
            {
                if (TryBeBusy())
                {
                    return null;
                }
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

    // A round trip has ended: done is its round, led by the caller and to be left by him, or null if he made it for himself alone. The next round's request goes out
    // first, while the daemon is still awake; then those of the round that is done are told. As a courtesy, the caller takes the responses of a number of
    // rounds if they come while he spins.
    //
    // Invariants: a round's request is sent after the round was taken off _next, so that it is younger than the calls of all its callers. A begun request goes
    // with its round: ended here, or by whoever claims the round, or abandoned with it when its last caller leaves.
    private void Complete(SharedRound? done, int courtesy)
    {
        while (true)
        {
            SharedRound? next = TakeNext();
            bool begun = next is not null && _connection.TryBegin(_request.Span);
            if (done is not null)
            {
                Tell(done);
                Leave(done);
            }

            if (next is null)
            {
                return;
            }

            next.IsBegun = begun;
            int length = begun && courtesy-- > 0 ? _connection.TryEnd(next.Buffer) : -1;
            if (length < 0)
            {
                Offer(next);
                return;
            }

            next.Length = length;
            done = next;
        }
    }

    // Null, and nothing is in flight any more; or the next round, claimed by the caller, who counts as one of its own until he leaves.
    private SharedRound? TakeNext()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Busy) == Busy)
        {
            return null;
        }

        lock (_lock)
        {
            SharedRound? next = _next;
            _next = null;
            if (next is null)
            {
                // All its callers have gone.
                Volatile.Write(ref _state, Idle);
                return null;
            }

            Volatile.Write(ref _state, Busy);
            next.Enter(SharedRound.Phase.Claimed);
            next.Waiters++;
            return next;
        }
    }

    // Leaves a round that was taken to whoever is faster: a thread that waits, or the pool on behalf of the others.
    private void Offer(SharedRound round)
    {
        bool asynchronous;
        lock (_lock)
        {
            round.Enter(SharedRound.Phase.Ready);
            asynchronous = round.Asynchronous is not null;
        }

        if (asynchronous)
        {
            ThreadPool.UnsafeQueueUserWorkItem(round, preferLocal: false);
        }

        Leave(round);
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

    // A synchronous waiter or a leader goes. If he was the last, the round is over: put by, or, if its turn has come, passed on.
    private void Leave(SharedRound round)
    {
        bool last;
        bool ready;
        bool begun;
        lock (_lock)
        {
            ready = round.Current == SharedRound.Phase.Ready;
            begun = round.IsBegun;
            last = --round.Waiters == 0;
            if (last)
            {
                if (ReferenceEquals(round, _next))
                {
                    _next = null;
                }

                Recycle(round);
            }
        }

        if (!ready)
        {
            return;
        }

        if (!last)
        {
            // Somebody must take its turn, and the one that was woken for it may just have gone.
            round.Wake(all: false);
            return;
        }

        if (begun)
        {
            _connection.Abandon();
        }

        Complete(null, courtesy: 0);
    }

    // The response is there, or it failed: everybody of the round is told.
    private void Tell(SharedRound round)
    {
        SharedWaiter? waiter;
        lock (_lock)
        {
            round.Enter(SharedRound.Phase.Done);
            waiter = round.Asynchronous;
            round.Asynchronous = null;
        }

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

        ValueTask<int> leading = round.IsBegun
            ? _connection.EndAsync(round.Buffer, round.Timeout)
            : _connection.RequestAsync(_request, round.Buffer, round.Timeout);
        round.Leading = leading.ConfigureAwait(false).GetAwaiter();
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
            Complete(round, courtesy: 0);
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
