using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

public sealed class FakeQuorumMonitorTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    [Test]
    public void Each_state_is_told_before_the_call_returns()
    {
        using FakeQuorumMonitor monitor = new();
        List<QuorumState> told = [];
        monitor.Changed += (sender, snapshot) =>
        {
            Assert.That(sender, Is.SameAs(monitor));
            told.Add(snapshot.State);
        };
        Assert.That(monitor.Current.State, Is.EqualTo(QuorumState.Unknown));
        Assert.That(monitor.QuorumLost.IsCancellationRequested);

        monitor.SetQuorate([1, 2, 3]);
        CancellationToken lost = monitor.QuorumLost;
        Assert.That((monitor.Current.IsQuorate, lost.IsCancellationRequested), Is.EqualTo((true, false)));
        Assert.That(monitor.Current.Members.ToString(), Is.EqualTo("[1 2 3]"));
        Assert.That(monitor.Current.RingSequence, Is.EqualTo(monitor.Current.RingId!.Value.Sequence));

        monitor.SetInquorate([1]);
        Assert.That(lost.IsCancellationRequested);
        Assert.That(monitor.Current.Left.ToString(), Is.EqualTo("[2 3]"));
        monitor.SetUnknown(QuorumUnknownReason.Stale);
        Assert.That(monitor.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.Stale));
        Assert.That(told, Is.EqualTo(new[] { QuorumState.Quorate, QuorumState.Inquorate, QuorumState.Unknown }));
    }

    [Test]
    public void A_change_of_members_that_keeps_quorum_keeps_the_period()
    {
        using FakeQuorumMonitor monitor = new();
        monitor.SetQuorate([1, 2, 3]);
        CancellationToken lost = monitor.QuorumLost;
        ulong sequence = monitor.Current.RingId!.Value.Sequence;
        monitor.SetQuorate([1, 2]);
        Assert.That(monitor.QuorumLost == lost && !lost.IsCancellationRequested);
        Assert.That(monitor.Current.RingId!.Value.Sequence, Is.GreaterThan(sequence));
    }

    [Test]
    public void A_lease_ends_by_itself()
    {
        FakeTimeProvider time = new();
        using FakeQuorumMonitor monitor = new("fake", time);
        monitor.SetQuorate(lease: TimeSpan.FromSeconds(2));
        CancellationToken lost = monitor.QuorumLost;
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(monitor.LeaseRemaining, Is.EqualTo(TimeSpan.FromSeconds(1)));
        monitor.SetQuorate(lease: TimeSpan.FromSeconds(2));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(lost.IsCancellationRequested, Is.False);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(lost.IsCancellationRequested);
        Assert.That(monitor.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.LeaseExpired));
    }

    [Test]
    public void A_callback_that_throws_keeps_no_reader_from_the_loss()
    {
        using FakeQuorumMonitor monitor = new();
        List<QuorumState> told = [];
        monitor.SetQuorate();
        monitor.Changed += (_, snapshot) => told.Add(snapshot.State);
        using CancellationTokenRegistration throwing =
            monitor.QuorumLost.Register(static () => throw new NotSupportedException());
        Assert.Throws<AggregateException>(() => monitor.SetInquorate());
        Assert.That(told, Is.EqualTo(new[] { QuorumState.Inquorate }));
    }

    [Test]
    public void Wrong_words_are_refused_and_change_nothing()
    {
        using FakeQuorumMonitor monitor = new();
        Assert.Throws<ArgumentException>(() => monitor.SetInquorate([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => monitor.SetQuorate(lease: TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => monitor.SetUnknown(QuorumUnknownReason.None));
        Assert.That(monitor.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.NotStarted));
    }

    // By the system's clock, without a look at Current.
    [Test]
    public async Task The_end_of_a_lease_is_told_by_itself()
    {
        using FakeQuorumMonitor monitor = new();
        TaskCompletionSource<QuorumSnapshot> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        monitor.Changed += (_, snapshot) => _ = !snapshot.IsQuorate && ended.TrySetResult(snapshot);
        monitor.SetQuorate(lease: TimeSpan.FromMilliseconds(20));
        Assert.That(
            (await ended.Task.WaitAsync(Bound)).UnknownReason, Is.EqualTo(QuorumUnknownReason.LeaseExpired));
    }

    [Test]
    public async Task Work_runs_only_while_quorate()
    {
        using FakeQuorumMonitor monitor = new();
        TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> run = monitor.RunWhileQuorateAsync(
            async token =>
            {
                started.SetResult();
                TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await using CancellationTokenRegistration registration = token.Register(stopped.SetResult);
                await stopped.Task;
            },
            new() { Restart = false });
        Assert.That(started.Task.IsCompleted, Is.False);
        monitor.SetQuorate();
        await started.Task.WaitAsync(Bound);
        monitor.SetInquorate();
        Assert.That(await run.WaitAsync(Bound), Is.False);
    }

    [Test]
    public async Task Readers_get_each_state_until_it_is_disposed()
    {
        FakeQuorumMonitor monitor = new();
        await using IAsyncEnumerator<QuorumSnapshot> reader = monitor.WatchAsync().GetAsyncEnumerator();
        Assert.That(await Wait.ForAsync(reader.MoveNextAsync().AsTask()));
        ValueTask<bool> next = reader.MoveNextAsync();
        monitor.SetQuorate();
        Assert.That(await next.AsTask().WaitAsync(Bound) && reader.Current.IsQuorate);
        monitor.Dispose();
        Assert.That(await Wait.ForAsync(reader.MoveNextAsync().AsTask()));
        Assert.That(reader.Current.UnknownReason, Is.EqualTo(QuorumUnknownReason.Stopped));
        Assert.That(await Wait.ForAsync(reader.MoveNextAsync().AsTask()), Is.False);
        Assert.ThrowsAsync<ObjectDisposedException>(() => monitor.WaitForQuorumAsync().WaitAsync(Bound));
    }
}
