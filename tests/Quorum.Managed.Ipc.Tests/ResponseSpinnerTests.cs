using Quorum.Managed.Ipc.SharedMemory;

namespace Quorum.Managed.Ipc.Tests;

public sealed class ResponseSpinnerTests
{
    private const int TryEvery = 16;

    [Test]
    public void A_response_that_is_there_is_seen_without_spinning([Values(WaitStrategy.Adaptive, WaitStrategy.Polling)] WaitStrategy strategy)
    {
        Source source = new(onLook: 1);
        Assert.That(new ResponseSpinner(strategy, 2).Spin(source, asynchronous: false));
        Assert.That(source.Looks, Is.EqualTo(1));
    }

    [TestCase(WaitStrategy.Blocking, 2)]
    [TestCase(WaitStrategy.Adaptive, 1)]
    [TestCase(WaitStrategy.Polling, 1)]
    public void Blocking_or_on_one_processor_never_spins_nor_looks(WaitStrategy strategy, int processors)
    {
        ResponseSpinner spinner = new(strategy, processors);
        for (int i = 0; i < 2 * TryEvery; i++)
        {
            Source source = new(onLook: int.MaxValue);
            Assert.That(spinner.Spin(source, asynchronous: false), Is.False);
            Assert.That(source.Looks, Is.Zero);
        }
    }

    [Test]
    public void What_never_pays_is_given_up_but_for_one_call_in_sixteen([Values] bool asynchronous)
    {
        ResponseSpinner spinner = new(WaitStrategy.Adaptive, 2);
        int[] looks = [.. Enumerable.Range(0, 10 * TryEvery).Select(_ => Never(spinner, asynchronous))];
        Assert.That(looks[0], Is.GreaterThan(1), "the first call spins");
        // Halved at each vain call, from 30 us: below 2 us after five.
        int[] later = looks[TryEvery..];
        Assert.That(later.Count(count => count > 1), Is.EqualTo(later.Length / TryEvery));
    }

    [Test]
    public void What_pays_again_is_done_again_at_once()
    {
        ResponseSpinner spinner = new(WaitStrategy.Adaptive, 2);
        for (int i = 0; i < 10 * TryEvery; i++)
        {
            Never(spinner, asynchronous: false);
        }

        // The next of the calls that spin catches its response; every one after it spins.
        Source caught = new(onLook: 2);
        for (int i = 0; i < TryEvery && !spinner.Spin(caught, asynchronous: false); i++)
        {
            caught = new Source(onLook: 2);
        }

        Assert.That(caught.Looks, Is.EqualTo(2));
        Assert.That(Never(spinner, asynchronous: false), Is.GreaterThan(1));
    }

    private static int Never(ResponseSpinner spinner, bool asynchronous)
    {
        Source source = new(onLook: int.MaxValue);
        Assert.That(spinner.Spin(source, asynchronous), Is.False);
        return source.Looks;
    }

    private sealed class Source(int onLook) : IResponseSource
    {
        public int Looks { get; private set; }

        public bool HasResponse => ++Looks >= onLook;
    }
}
