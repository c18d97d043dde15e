namespace Quorum.Managed.Ipc.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class GateTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private readonly Gate _gate = new();

    [Test]
    public void A_turn_is_had_by_one_at_a_time()
    {
        Assert.That(_gate.TryEnter());
        Assert.That(_gate.TryEnter(), Is.False);
        _gate.Exit();
        Assert.That(_gate.TryEnter());
    }

    [Test]
    public async Task A_turn_is_passed_on_to_who_waits_and_nobody_gets_ahead()
    {
        Assert.That(_gate.TryEnter());
        ValueTask<bool> waiting = _gate.EnterAsync(Long, CancellationToken.None);
        _gate.Exit();
        Assert.That(_gate.TryEnter(), Is.False, "it is the waiter's");
        Assert.That(await waiting);
        _gate.Exit();
        Assert.That(_gate.TryEnter());
    }

    [Test]
    public void Who_has_waited_too_long_goes_without_a_turn_and_leaves_nothing_behind()
    {
        Assert.That(_gate.TryEnter());
        Assert.That(_gate.Enter(TimeSpan.FromMilliseconds(1)), Is.False);
        _gate.Exit();
        Assert.That(_gate.TryEnter());
        Assert.That(_gate.TryEnter(), Is.False);
    }

    [Test]
    public async Task Who_cancels_goes_without_a_turn_and_leaves_nothing_behind()
    {
        using CancellationTokenSource cancellation = new();
        Assert.That(_gate.TryEnter());
        Task<bool> waiting = _gate.EnterAsync(Timeout.InfiniteTimeSpan, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.That(async () => await waiting, Throws.InstanceOf<OperationCanceledException>());
        _gate.Exit();
        Assert.That(_gate.TryEnter());
        Assert.That(_gate.TryEnter(), Is.False);
    }

    [Test]
    public void A_turn_that_comes_while_its_waiter_gives_up_is_his()
    {
        Assert.That(_gate.TryEnter());
        Assert.That(_gate.Queue(), "he waits");
        _gate.Exit();
        Assert.That(_gate.GiveUp(), Is.False, "he has the turn");
        Assert.That(_gate.TryEnter(), Is.False);
        _gate.Exit();
        Assert.That(_gate.TryEnter());
    }

    [Test]
    public void A_turn_that_another_waiter_took_away_is_still_one_for_each()
    {
        Assert.That(_gate.TryEnter());
        Assert.That(_gate.Queue(), "the first waits");
        Assert.That(_gate.Queue(), "the second waits");
        _gate.Exit();
        Assert.That(_gate.GiveUp(), Is.False, "the first to look has the turn");
        Assert.That(_gate.GiveUp(), "the other goes");
        _gate.Exit();
        Assert.That(_gate.TryEnter());
    }

    [Test]
    public void Who_finds_it_free_at_second_sight_does_not_wait()
    {
        Assert.That(_gate.Queue(), Is.False);
        Assert.That(_gate.TryEnter(), Is.False);
        _gate.Exit();
        Assert.That(_gate.TryEnter());
    }

    // Threads and tasks that wait for less time than a turn takes, and cancel, beside patient ones: never two in at once, none forgotten, and free afterwards.
    [Test]
    public async Task Turns_that_are_given_up_while_they_are_passed_on_are_neither_lost_nor_doubled()
    {
        const int Rounds = 20_000;
        int inside = 0;
        int entered = 0;
        int doubled = 0;

        void Use()
        {
            doubled += Interlocked.Increment(ref inside) == 1 ? 0 : 1;
            entered++;
            Thread.Yield();
            Interlocked.Decrement(ref inside);
            _gate.Exit();
        }

        int patient = 0;
        Task[] all =
        [
            .. Enumerable.Range(0, 2).Select(_ => Run(() =>
            {
                Assert.That(_gate.Enter(Long));
                Interlocked.Increment(ref patient);
                Use();
            })),
            .. Enumerable.Range(0, 2).Select(_ => Run(() =>
            {
                if (_gate.Enter(TimeSpan.Zero))
                {
                    Use();
                }
            })),
            Task.Run(async () =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    using CancellationTokenSource cancellation = new();
                    Task<bool> waiting = _gate.EnterAsync(Long, cancellation.Token).AsTask();
                    await cancellation.CancelAsync();
                    try
                    {
                        await waiting;
                    }
                    catch (OperationCanceledException)
                    {
                        continue;
                    }

                    Use();
                }
            }),
        ];
        await Task.WhenAll(all).WaitAsync(Long);
        Assert.That(doubled, Is.Zero);
        Assert.That(patient, Is.EqualTo(2 * Rounds));
        Assert.That(entered, Is.GreaterThanOrEqualTo(patient));
        Assert.That(_gate.TryEnter());
        Assert.That(_gate.TryEnter(), Is.False);

        static Task Run(Action step) => Task.Factory.StartNew(
            () =>
            {
                for (int i = 0; i < Rounds; i++)
                {
                    step();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
    }
}
