using Quorum.Managed.Ipc.SharedMemory;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Ipc.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ResponseSpinnerTests
{
    private const int TryEvery = 16;
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void A_response_that_is_there_is_seen_without_spinning(
        [Values(WaitStrategy.Adaptive, WaitStrategy.Polling)] WaitStrategy strategy)
    {
        Source source = new(_time, onLook: 1);
        Assert.That(new ResponseSpinner(strategy, 2, _time).Spin(source, asynchronous: false));
        Assert.That(source.Looks, Is.EqualTo(1));
    }

    [TestCase(WaitStrategy.Blocking, 2)]
    [TestCase(WaitStrategy.Adaptive, 1)]
    [TestCase(WaitStrategy.Polling, 1)]
    public void Blocking_or_on_one_processor_never_spins_nor_looks(WaitStrategy strategy, int processors)
    {
        ResponseSpinner spinner = new(strategy, processors, _time);
        for (int i = 0; i < 2 * TryEvery; i++)
        {
            Source source = new(_time, onLook: int.MaxValue);
            Assert.That(spinner.Spin(source, asynchronous: false), Is.False);
            Assert.That(source.Looks, Is.Zero);
        }
    }

    [Test]
    public void What_never_pays_is_given_up_but_for_one_call_in_sixteen([Values] bool asynchronous)
    {
        ResponseSpinner spinner = new(WaitStrategy.Adaptive, 2, _time);
        int[] looks = [.. Enumerable.Range(0, 10 * TryEvery).Select(_ => Never(spinner, asynchronous))];
        Assert.That(looks[0], Is.GreaterThan(1), "the first call spins");
        // Halved at each vain call, from 30 us: below 2 us after five.
        int[] later = looks[TryEvery..];
        Assert.That(later.Count(count => count > 1), Is.EqualTo(later.Length / TryEvery));
    }

    [Test]
    public void What_pays_again_is_done_again_at_once()
    {
        ResponseSpinner spinner = new(WaitStrategy.Adaptive, 2, _time);
        for (int i = 0; i < 10 * TryEvery; i++)
        {
            Never(spinner, asynchronous: false);
        }

        // The next of the calls that spin catches its response; every one after it spins.
        Source caught = new(_time, onLook: 2);
        for (int i = 0; i < TryEvery && !spinner.Spin(caught, asynchronous: false); i++)
        {
            caught = new Source(_time, onLook: 2);
        }

        Assert.That(caught.Looks, Is.EqualTo(2));
        Assert.That(Never(spinner, asynchronous: false), Is.GreaterThan(1));
    }

    [Test]
    public void A_rare_call_neither_spins_nor_counts()
    {
        ResponseSpinner spinner = new(WaitStrategy.Adaptive, 2, _time);
        for (int i = 0; i < 2 * TryEvery; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1.1));
            Assert.That(Never(spinner, asynchronous: false), Is.Zero);
        }

        _time.Advance(TimeSpan.FromMilliseconds(0.9));
        Assert.That(
            Never(spinner, asynchronous: false),
            Is.GreaterThan(1),
            "the next call in quick succession spins as if there had been no rare call");
    }

    [Test]
    public void It_spins_for_30_us_at_first_and_50_at_most_and_10_for_an_asynchronous_caller()
    {
        Assert.That(Never(new(WaitStrategy.Adaptive, 2, _time), asynchronous: false), Is.EqualTo(30));
        Assert.That(Never(new(WaitStrategy.Adaptive, 2, _time), asynchronous: true), Is.EqualTo(10));
        ResponseSpinner spinner = new(WaitStrategy.Adaptive, 2, _time);
        for (int i = 0; i < 10; i++)
        {
            Assert.That(spinner.Spin(new Source(_time, onLook: 2), asynchronous: false));
        }

        Assert.That(Never(spinner, asynchronous: false), Is.EqualTo(50));
    }

    private int Never(ResponseSpinner spinner, bool asynchronous)
    {
        Source source = new(_time, onLook: int.MaxValue);
        Assert.That(spinner.Spin(source, asynchronous), Is.False);
        return source.Looks;
    }

    // A microsecond passes from look to look.
    private sealed class Source(FakeTimeProvider time, int onLook) : IResponseSource
    {
        public int Looks { get; private set; }

        public bool HasResponse
        {
            get
            {
                time.Advance(TimeSpan.FromMicroseconds(1));
                return ++Looks >= onLook;
            }
        }
    }
}
