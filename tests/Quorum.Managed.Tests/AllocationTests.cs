using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

public class AllocationTests : AllocationFixture
{
    private int _called;

    [Test]
    public async Task GetQuorate_answered_at_once_allocates_nothing()
    {
        await ConnectOneAsync();
        RawAnswerer answerer = new(Peer);
        Assert.That(Least(() => OnThisThread(() =>
        {
            answerer.AnswerInAdvance();
            _ = Connection.GetQuorate();
            answerer.Discard();
        })), Is.Zero);
    }

    [Test]
    public async Task GetQuorate_that_waits_allocates_nothing(
        [Values(WaitStrategy.Adaptive, WaitStrategy.Blocking, WaitStrategy.Polling)] WaitStrategy strategy)
    {
        await ConnectOneAsync(Options with { WaitStrategy = strategy });
        StartAnswerer();
        Assert.That(Least(() => OnThisThread(() => Connection.GetQuorate())), Is.Zero);
    }

    [Test]
    public async Task GetQuorate_by_four_threads_at_once_allocates_nothing()
    {
        await ConnectOneAsync();
        StartAnswerer();
        long[] bytes = new long[Together * Rounds];
        using Barrier barrier = new(Together);
        Thread[] threads = [.. Enumerable.Range(0, Together).Select(number => new Thread(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait();
                bytes[(round * Together) + number] = OnThisThread(() => Connection.GetQuorate());
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => Assert.That(thread.Join(Long)));
        Assert.That(bytes.Chunk(Together).Min(round => round.Sum()), Is.Zero, string.Join(' ', bytes));
    }

    [Test]
    public async Task Dispatch_to_callbacks_allocates_nothing(
        [Values] QuorumModel model, [Values(DispatchFlags.All, DispatchFlags.One)] DispatchFlags flags)
    {
        await ConnectOneAsync(Options with
        {
            Model = model,
            Callbacks = model == QuorumModel.V1
                ? new() { QuorumChanged = (_, _) => _called++, NodeListChanged = (_, _) => _called++ }
                : null,
            CallbacksV0 = model == QuorumModel.V0 ? new() { QuorumChanged = (_, _) => _called++ } : null,
        });
        byte[][] events = model == QuorumModel.V0
            ? [RawEvents.V0(true, 1, 1, 2, 3)]
            : [RawEvents.NodeList(1, 1, 2, 3), RawEvents.Quorum(true, 1, 1, 2, 3)];
        int sent = 0;
        _called = 0;
        long least = Least(() =>
        {
            for (int i = 0; i < Calls; i++)
            {
                Assert.That(Peer.SendEvent(events[i % events.Length]));
            }

            sent += Calls;
            return OnThisThread(() => Connection.Dispatch(flags), flags == DispatchFlags.All ? 1 : Calls);
        });
        Assert.That(_called, Is.EqualTo(sent));
        Assert.That(least, Is.Zero);
    }

    [Test]
    public async Task Dispatch_with_nothing_to_do_allocates_nothing()
    {
        await ConnectOneAsync(Options with { Callbacks = new() });
        Assert.That(Least(() => OnThisThread(() => Connection.Dispatch(DispatchFlags.All))), Is.Zero);
    }
}
