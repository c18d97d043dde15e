using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

/// <summary>
/// Steady state allocates nothing. The runtime's counts are exact, but it and the test runner allocate now and then as well, so each test takes rounds
/// until one is clean: what the product allocated would be in every one of them.
/// </summary>
[NonParallelizable]
public class AllocationTests : RawDaemonFixture
{
    private const int Calls = 100;
    private const int Rounds = 30;
    private const int Together = 4;

    private QuorumConnection _connection = null!;
    private RawPeer _peer = null!;
    private RawAnswerer? _answerer;
    private int _quorumEvents;
    private int _nodeListEvents;

    [TearDown]
    public void CloseAll()
    {
        TestContext.Out.WriteLine($"the peer allocated {_answerer?.AllocatedBytes} bytes");
        _connection.Dispose();
        _answerer?.Dispose();
        _answerer = null;
        _peer.Dispose();
    }

    [Test]
    public async Task GetQuorate_answered_at_once_allocates_nothing()
    {
        await ConnectOneAsync();
        RawAnswerer answerer = new(_peer);
        Assert.That(Least(() => OnThisThread(() =>
        {
            answerer.AnswerInAdvance();
            _ = _connection.GetQuorate();
            answerer.Discard();
        })), Is.Zero);
    }

    [Test]
    public async Task GetQuorate_that_waits_allocates_nothing([Values(WaitStrategy.Adaptive, WaitStrategy.Blocking, WaitStrategy.Polling)] WaitStrategy strategy)
    {
        await ConnectOneAsync(Options with { WaitStrategy = strategy });
        _answerer = new RawAnswerer(_peer).Start();
        Assert.That(Least(() => OnThisThread(() => _connection.GetQuorate())), Is.Zero);
    }

    [Test]
    public async Task GetQuorate_by_four_threads_at_once_allocates_nothing()
    {
        await ConnectOneAsync();
        _answerer = new RawAnswerer(_peer).Start();
        long[] bytes = new long[Together * Rounds];
        using Barrier barrier = new(Together);
        Thread[] threads = [.. Enumerable.Range(0, Together).Select(number => new Thread(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                barrier.SignalAndWait();
                bytes[(round * Together) + number] = OnThisThread(() => _connection.GetQuorate());
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => Assert.That(thread.Join(Long), Is.True));
        Assert.That(bytes.Chunk(Together).Min(round => round.Sum()), Is.Zero, string.Join(' ', bytes));
    }

    [Test]
    public async Task GetQuorateAsync_that_completes_at_once_allocates_nothing()
    {
        RequireOptimized();
        await ConnectOneAsync();
        RawAnswerer answerer = new(_peer);
        Assert.That(Least(() => OnThisThread(() =>
        {
            answerer.AnswerInAdvance();
            ValueTask<bool> pending = _connection.GetQuorateAsync();
            if (!pending.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("The answer was there already.");
            }

            _ = pending.GetAwaiter().GetResult();
            answerer.Discard();
        })), Is.Zero);
    }

    [Test]
    public async Task GetQuorateAsync_that_waits_allocates_nothing([Values] bool cancellable)
    {
        RequireOptimized();
        await ConnectOneAsync();
        using CancellationTokenSource source = new();
        CancellationToken token = cancellable ? source.Token : CancellationToken.None;
        RawAnswerer answerer = _answerer = new RawAnswerer(_peer) { NeedsPermit = true }.Start();
        long least = await LeastAsync(async () =>
        {
            long before = await StartAsync();
            for (int i = 0; i < Calls; i++)
            {
                ValueTask<bool> pending = _connection.GetQuorateAsync(token);
                ThrowIfCompleted(pending.IsCompleted);
                answerer.Permit();
                _ = await pending;
            }

            return GC.GetTotalAllocatedBytes(precise: true) - before;
        });
        Assert.That(least, Is.Zero);
    }

    // The count is of the whole process, where the runner's own threads can step in: seldom three times in a row.
    [Test]
    [Retry(3)]
    public async Task GetQuorateAsync_whose_answer_is_late_allocates_nothing()
    {
        RequireOptimized();
        await ConnectOneAsync();
        RawAnswerer answerer = _answerer = new RawAnswerer(_peer) { NeedsPermit = true }.Start();
        long least = await LeastAsync(async () =>
        {
            long before = await StartAsync();
            for (int i = 0; i < 10; i++)
            {
                ValueTask<bool> pending = _connection.GetQuorateAsync();
                // Longer than a thread waits for the answer: timers do after that.
                Quiet.For(TimeSpan.FromMilliseconds(8));
                ThrowIfCompleted(pending.IsCompleted);
                answerer.Permit();
                _ = await pending;
            }

            return GC.GetTotalAllocatedBytes(precise: true) - before;
        });
        Assert.That(least, Is.Zero);
    }

    [Test]
    [SuppressMessage("Reliability", "CA2012", Justification = "Each is awaited once.")]
    public async Task GetQuorateAsync_four_at_once_allocates_nothing([Values] bool cancellable)
    {
        RequireOptimized();
        await ConnectOneAsync();
        using CancellationTokenSource source = new();
        CancellationToken token = cancellable ? source.Token : CancellationToken.None;
        RawAnswerer answerer = _answerer = new RawAnswerer(_peer) { NeedsPermit = true }.Start();
        ValueTask<bool>[] pending = new ValueTask<bool>[Together];
        long least = await LeastAsync(async () =>
        {
            long before = await StartAsync();
            for (int i = 0; i < Calls; i++)
            {
                for (int j = 0; j < Together; j++)
                {
                    pending[j] = _connection.GetQuorateAsync(token);
                    ThrowIfCompleted(pending[j].IsCompleted);
                }

                // One round trip for the first, one that the others share.
                answerer.Permit();
                answerer.Permit();
                for (int j = 0; j < Together; j++)
                {
                    _ = await pending[j];
                }
            }

            return GC.GetTotalAllocatedBytes(precise: true) - before;
        });
        Assert.That(least, Is.Zero);
    }

    [Test]
    public async Task Dispatch_to_callbacks_allocates_nothing([Values] QuorumModel model)
    {
        await ConnectOneAsync(Options with
        {
            Model = model,
            Callbacks = new() { QuorumChanged = (_, _) => _quorumEvents++, NodeListChanged = (_, _) => _nodeListEvents++ },
            CallbacksV0 = new() { QuorumChanged = (_, _) => _quorumEvents++ },
        });
        byte[][] events = model == QuorumModel.V0 ? [EventBytes.V0] : [EventBytes.NodeList, EventBytes.Quorum];
        (_quorumEvents, _nodeListEvents) = (0, 0);
        int handled = 0;
        long least = Least(() =>
        {
            foreach (byte[] message in events)
            {
                for (int i = 0; i < Calls; i++)
                {
                    Assert.That(_peer.SendEvent(message), Is.True);
                }
            }

            handled += Calls * events.Length;
            return Bytes(() => _connection.Dispatch(DispatchFlags.All), 1);
        });
        Assert.Multiple(() =>
        {
            Assert.That(least, Is.Zero);
            Assert.That(_quorumEvents + _nodeListEvents, Is.EqualTo(handled));
        });
    }

    [Test]
    public async Task Dispatch_with_nothing_to_do_allocates_nothing()
    {
        await ConnectOneAsync(Options with { Callbacks = new() });
        Assert.That(Least(() => OnThisThread(() => _connection.Dispatch(DispatchFlags.All))), Is.Zero);
    }

    private static long Least(Func<long> round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least > 0; i++)
        {
            least = Math.Min(least, round());
        }

        return least;
    }

    private static async Task<long> LeastAsync(Func<Task<long>> round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least > 0; i++)
        {
            // On the pool: to post a continuation to the runner's synchronization context would allocate.
            least = Math.Min(least, await Task.Run(round).WaitAsync(Long));
        }

        return least;
    }

    private static long OnThisThread(Action call) => Bytes(call, Calls);

    private static long Bytes(Action call, int calls)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++)
        {
            call();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    // The first await that does not complete at once makes the method that counts an object: it is made here. Then what all threads allocated so far.
    private static async Task<long> StartAsync()
    {
        await Task.Yield();
        return GC.GetTotalAllocatedBytes(precise: true);
    }

    // Allocates nothing, as an assertion would.
    private static void ThrowIfCompleted(bool completed)
    {
        if (completed)
        {
            throw new InvalidOperationException("The call has completed before it was answered.");
        }
    }

    // In a build that is not optimised every asynchronous method is an object, whatever it does.
    private static void RequireOptimized()
    {
        if (typeof(QuorumConnection).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true })
        {
            Assert.Ignore("Only an optimised build allocates nothing: dotnet test -c Release.");
        }
    }

    private async Task ConnectOneAsync(QuorumConnectionOptions? options = null) => (_connection, _peer) = await ConnectAsync(options);
}
