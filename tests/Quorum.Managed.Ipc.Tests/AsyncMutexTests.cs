using System.Diagnostics.CodeAnalysis;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Ipc.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AsyncMutexTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly AsyncMutex _mutex = new();

    [Test]
    public void TryEnter_of_a_held_mutex_fails_until_the_holder_exits()
    {
        Assert.That(_mutex.TryEnter());
        Assert.That(_mutex.TryEnter(), Is.False);
        _mutex.Exit();
        Assert.That(_mutex.TryEnter());
    }

    [Test]
    public async Task Exit_hands_the_mutex_to_an_asynchronous_waiter()
    {
        Assert.That(_mutex.TryEnter());
        ValueTask<bool> waiting = _mutex.EnterAsync(Long, CancellationToken.None);
        Assert.That(waiting.IsCompleted, Is.False);
        _mutex.Exit();
        Assert.That(_mutex.TryEnter(), Is.False, "the mutex is the waiter's");
        Assert.That(await waiting);
        AssertFreeAfterExit();
    }

    [Test]
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once.")]
    public async Task Asynchronous_waiters_enter_in_the_order_of_their_arrival()
    {
        Assert.That(_mutex.TryEnter());
        ValueTask<bool>[] waiting =
            [.. Enumerable.Range(0, 10).Select(_ => _mutex.EnterAsync(Long, CancellationToken.None))];
        for (int i = 0; i < waiting.Length; i++)
        {
            _mutex.Exit();
            Assert.That(await waiting[i]);
            Assert.That(waiting.Skip(i + 1).Any(task => task.IsCompleted), Is.False);
        }

        AssertFreeAfterExit();
    }

    [Test]
    public void Enter_returns_false_when_the_time_is_over_and_leaves_nothing_behind()
    {
        Assert.That(_mutex.TryEnter());
        Assert.That(_mutex.Enter(TimeSpan.FromMilliseconds(1)), Is.False);
        AssertFreeAfterExit();
    }

    [Test]
    public async Task EnterAsync_returns_false_when_the_time_is_over_and_leaves_nothing_behind()
    {
        Assert.That(_mutex.TryEnter());
        Assert.That(await _mutex.EnterAsync(TimeSpan.FromMilliseconds(1), CancellationToken.None), Is.False);
        AssertFreeAfterExit();
    }

    [Test]
    public async Task EnterAsync_that_is_cancelled_leaves_nothing_behind()
    {
        using CancellationTokenSource cancellation = new();
        Assert.That(_mutex.TryEnter());
        Task<bool> waiting = _mutex.EnterAsync(Timeout.InfiniteTimeSpan, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        OperationCanceledException e = Assert.CatchAsync<OperationCanceledException>(() => waiting)!;
        Assert.That(e.CancellationToken, Is.EqualTo(cancellation.Token));
        AssertFreeAfterExit();
    }

    [Test]
    public async Task EnterAsync_with_a_cancelled_token_waits_for_nothing()
    {
        Assert.That(_mutex.TryEnter());
        using CancellationTokenSource cancellation = new();
        await cancellation.CancelAsync();
        ValueTask<bool> waiting = _mutex.EnterAsync(Long, cancellation.Token);
        Assert.CatchAsync<OperationCanceledException>(() => waiting.AsTask());
        AssertFreeAfterExit();
    }

    [Test]
    public async Task A_waiter_that_was_cancelled_is_used_again_for_the_next_caller()
    {
        for (int i = 0; i < 1000; i++)
        {
            using CancellationTokenSource cancellation = new();
            Assert.That(_mutex.TryEnter());
            Task<bool> cancelled = _mutex.EnterAsync(Long, cancellation.Token).AsTask();
            Task<bool> waiting = _mutex.EnterAsync(Long, CancellationToken.None).AsTask();
            Task cancelling = Task.Run(cancellation.Cancel);
            _mutex.Exit();
            try
            {
                if (await cancelled.WaitAsync(Long))
                {
                    _mutex.Exit();
                }
            }
            catch (OperationCanceledException)
            {
                // Cancellation came before the mutex.
            }

            Assert.That(await waiting.WaitAsync(Long));
            _mutex.Exit();
            await cancelling;
        }
    }

    [Test]
    public void A_blocked_thread_enters_after_the_holder_exits()
    {
        Assert.That(_mutex.TryEnter());
        bool entered = false;
        Thread thread = Start(() => entered = _mutex.Enter(Long));
        _mutex.Exit();
        Assert.That(thread.Join(Long));
        Assert.That(entered);
        AssertFreeAfterExit();
    }

    // The busy thread enters again as soon as it has exited, so a blocked thread always comes too late by itself.
    [Test]
    public void A_blocked_thread_is_not_starved_by_a_busy_one()
    {
        using ManualResetEventSlim stop = new();
        long laps = 0;
        Assert.That(_mutex.TryEnter());
        Thread busy = Start(() =>
        {
            while (!stop.IsSet)
            {
                Assert.That(_mutex.Enter(Long));
                laps++;
                _mutex.Exit();
            }
        });
        _mutex.Exit();
        for (int i = 0; i < 200; i++)
        {
            Assert.That(_mutex.Enter(Long), "the blocked thread starved");
            _mutex.Exit();
        }

        stop.Set();
        Assert.That(busy.Join(Long));
        Assert.That(laps, Is.Positive);
    }

    [Test]
    public void An_interrupted_thread_passes_on_what_it_was_handed()
    {
        for (int i = 0; i < 200; i++)
        {
            Assert.That(_mutex.TryEnter());
            Thread first = Start(() => EnterAndExit(i));
            Thread second = Start(() => EnterAndExit(i));
            _mutex.Exit();
            first.Interrupt();
            Assert.That(first.Join(Long));
            Assert.That(second.Join(Long), "the interrupted thread took the wake-up with it");
            Assert.That(_mutex.Enter(Long));
            _mutex.Exit();
        }

        void EnterAndExit(int round)
        {
            try
            {
                Assert.That(_mutex.Enter(Long), $"round {round}");
                _mutex.Exit();
            }
            catch (ThreadInterruptedException)
            {
                // Interrupted in time.
            }
        }
    }

    [Test]
    public async Task Blocked_and_asynchronous_callers_exclude_each_other()
    {
        const int Callers = 8;
        const int Each = 5000;
        int inside = 0;
        long entered = 0;
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Factory.StartNew(
            async () =>
            {
                Random random = new(caller);
                for (int i = 0; i < Each; i++)
                {
                    TimeSpan timeout = random.Next(10) == 0 ? TimeSpan.FromMicroseconds(random.Next(200)) : Long;
                    using CancellationTokenSource cancellation = new();
                    try
                    {
                        if (caller % 2 == 0
                                ? !_mutex.Enter(timeout)
                                : !await _mutex.EnterAsync(timeout, CancelSometimes(random, cancellation)))
                        {
                            continue;
                        }
                    }
                    catch (OperationCanceledException)
                    {
                        continue;
                    }

                    Assert.That(Interlocked.Increment(ref inside), Is.EqualTo(1));
                    entered++;
                    Interlocked.Decrement(ref inside);
                    _mutex.Exit();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap())];
        await Task.WhenAll(callers).WaitAsync(TimeSpan.FromMinutes(2));
        Assert.That(entered, Is.GreaterThan(Callers * Each / 2));
        Assert.That(_mutex.TryEnter(), "a caller left without exiting");
        AssertFreeAfterExit();
    }

    private static CancellationToken CancelSometimes(Random random, CancellationTokenSource cancellation)
    {
        if (random.Next(10) == 0)
        {
            _ = Task.Run(cancellation.Cancel);
            return cancellation.Token;
        }

        return CancellationToken.None;
    }

    // A thread that is blocked, or has ended.
    private static Thread Start(Action action)
    {
        Thread thread = new(() => action()) { IsBackground = true };
        thread.Start();
        Wait.Until(
            () => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin) || !thread.IsAlive, "the thread being blocked");
        return thread;
    }

    private void AssertFreeAfterExit()
    {
        _mutex.Exit();
        Assert.That(_mutex.TryEnter());
        Assert.That(_mutex.TryEnter(), Is.False);
        _mutex.Exit();
        Assert.That(_mutex.TryEnter());
    }
}
