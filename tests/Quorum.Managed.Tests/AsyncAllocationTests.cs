// Compiled where code is optimised. Elsewhere the compiler makes an object of every asynchronous method that runs.
#if !DEBUG
using System.Diagnostics.CodeAnalysis;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

public class AsyncAllocationTests : AllocationFixture
{
    [Test]
    public async Task GetQuorateAsync_that_completes_at_once_allocates_nothing()
    {
        await ConnectOneAsync();
        RawAnswerer answerer = new(Peer);
        Assert.That(Least(() => OnThisThread(() =>
        {
            answerer.AnswerInAdvance();
            ValueTask<bool> pending = Connection.GetQuorateAsync();
            if (!pending.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("The call waits for an answer that is in the ring.");
            }

            _ = pending.GetAwaiter().GetResult();
            answerer.Discard();
        })), Is.Zero);
    }

    [Test]
    public async Task GetQuorateAsync_that_waits_allocates_nothing([Values] bool cancellable)
    {
        await ConnectOneAsync();
        using CancellationTokenSource source = new();
        CancellationToken token = cancellable ? source.Token : CancellationToken.None;
        RawAnswerer answerer = StartAnswerer(needsPermit: true);
        long least = await LeastAsync(async () =>
        {
            long before = await StartAsync();
            for (int i = 0; i < Calls; i++)
            {
                ValueTask<bool> pending = Connection.GetQuorateAsync(token);
                ThrowIfCompleted(pending.IsCompleted);
                answerer.Permit();
                _ = await pending;
            }

            return GC.GetTotalAllocatedBytes(precise: true) - before;
        });
        Assert.That(least, Is.Zero);
    }

    // Threads of the runner can allocate during the long rounds of this test, but seldom in all rounds of three
    // attempts.
    [Test]
    [Retry(3)]
    public async Task GetQuorateAsync_whose_answer_is_late_allocates_nothing()
    {
        await ConnectOneAsync();
        RawAnswerer answerer = StartAnswerer(needsPermit: true);
        long least = await LeastAsync(async () =>
        {
            long before = await StartAsync();
            for (int i = 0; i < 10; i++)
            {
                ValueTask<bool> pending = Connection.GetQuorateAsync();
                // So long that no thread waits for the answer any more, but a timer.
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
        await ConnectOneAsync();
        using CancellationTokenSource source = new();
        CancellationToken token = cancellable ? source.Token : CancellationToken.None;
        RawAnswerer answerer = StartAnswerer(needsPermit: true);
        ValueTask<bool>[] pending = new ValueTask<bool>[Together];
        long least = await LeastAsync(async () =>
        {
            long before = await StartAsync();
            for (int i = 0; i < Calls; i++)
            {
                for (int j = 0; j < Together; j++)
                {
                    pending[j] = Connection.GetQuorateAsync(token);
                    ThrowIfCompleted(pending[j].IsCompleted);
                }

                for (int j = 0; j < Together; j++)
                {
                    answerer.Permit();
                    _ = await pending[j];
                }
            }

            return GC.GetTotalAllocatedBytes(precise: true) - before;
        });
        Assert.That(least, Is.Zero);
    }

    // The rounds run on the pool, because a continuation that is posted to the runner's synchronization context
    // allocates.
    private static async Task<long> LeastAsync(Func<Task<long>> round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least > 0; i++)
        {
            least = Math.Min(least, await Wait.ForAsync(Task.Run(round)));
        }

        return least;
    }

    // The first await that does not complete at once makes an object of the round's own method. It is made here, before
    // the count begins.
    private static async Task<long> StartAsync()
    {
        await Task.Yield();
        return GC.GetTotalAllocatedBytes(precise: true);
    }

    // An assertion would allocate.
    private static void ThrowIfCompleted(bool completed)
    {
        if (completed)
        {
            throw new InvalidOperationException("The call has completed before it was answered.");
        }
    }
}
#endif
