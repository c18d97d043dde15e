using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

// Steady state allocates nothing. The counts are exact, but the runtime and the test runner allocate now and then too.
// So a test takes rounds until one counts nothing: an allocation of the product would be in every round.
[NonParallelizable]
public abstract class AllocationFixture : QuorumConnectionFixture
{
    private protected const int Calls = 100;
    private protected const int Rounds = 30;
    private protected const int Together = 4;

    private protected QuorumConnection Connection { get; private set; } = null!;

    private protected RawPeer Peer { get; private set; } = null!;

    private protected RawAnswerer? Answerer { get; private set; }

    [TearDown]
    public void CloseAll()
    {
        TestContext.Out.WriteLine($"the peer allocated {Answerer?.AllocatedBytes} bytes");
        Connection.Dispose();
        Answerer?.Dispose();
        Answerer = null;
    }

    private protected static long Least(Func<long> round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds && least > 0; i++)
        {
            least = Math.Min(least, round());
        }

        return least;
    }

    private protected static long OnThisThread(Action call) => OnThisThread(call, Calls);

    private protected static long OnThisThread(Action call, int calls)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++)
        {
            call();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private protected async Task ConnectOneAsync(QuorumConnectionOptions? options = null) =>
        (Connection, Peer) = await ConnectAsync(options);

    private protected RawAnswerer StartAnswerer(bool needsPermit = false) =>
        Answerer = new RawAnswerer(Peer) { NeedsPermit = needsPermit }.Start();
}
