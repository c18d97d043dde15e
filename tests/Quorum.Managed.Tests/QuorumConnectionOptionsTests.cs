using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Tests;

public class QuorumConnectionOptionsTests
{
    // At an address without a listener: options that pass the checks end with a QuorumConnectException.
    private static readonly QuorumConnectionOptions Good = new()
    {
        Endpoint = QuorumEndpoint.Abstract("quorum-test-without-listener"),
    };

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [TestCaseSource(nameof(BadOptions))]
    public void Connect_with_an_option_out_of_its_range_throws_before_anything_is_tried(QuorumConnectionOptions options)
    {
        Assert.That(() => QuorumConnection.Connect(options), Throws.InstanceOf<ArgumentException>());
        Assert.That(async () => await QuorumConnection.ConnectAsync(options), Throws.InstanceOf<ArgumentException>());
    }

    [TestCaseSource(nameof(GoodOptions))]
    public void Connect_with_an_option_at_its_limit_goes_on(QuorumConnectionOptions options)
    {
        Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(options));
        Assert.ThrowsAsync<QuorumConnectException>(async () => await QuorumConnection.ConnectAsync(options));
    }

    [Test]
    public void Defaults_are_as_documented()
    {
        QuorumConnectionOptions options = new();
        Assert.Multiple(() =>
        {
            Assert.That(options.Endpoint, Is.EqualTo(QuorumEndpoint.Default));
            Assert.That(options.Model, Is.EqualTo(QuorumModel.V1));
            Assert.That(options.ConnectTimeout, Is.EqualTo(TimeSpan.FromSeconds(5)));
            Assert.That(options.RequestTimeout, Is.EqualTo(TimeSpan.FromSeconds(5)));
            Assert.That(options.MaxMessageSize, Is.EqualTo(65536));
            Assert.That(options.SharedMemoryDirectory, Is.EqualTo("/dev/shm"));
            Assert.That(options.WaitStrategy, Is.EqualTo(WaitStrategy.Adaptive));
            Assert.That(options.Context, Is.Null);
        });
    }

    private static IEnumerable<TestCaseData> BadOptions()
    {
        yield return Case("model 2", Good with { Model = (QuorumModel)2 });
        yield return Case("no endpoint", Good with { Endpoint = null! });
        yield return Case("no time to connect", Good with { ConnectTimeout = TimeSpan.Zero });
        yield return Case("negative time to connect", Good with { ConnectTimeout = TimeSpan.FromSeconds(-2) });
        yield return Case("a month to connect", Good with { ConnectTimeout = TimeSpan.FromDays(30) });
        yield return Case("no time for requests", Good with { RequestTimeout = TimeSpan.Zero });
        yield return Case("negative time for requests", Good with { RequestTimeout = TimeSpan.FromSeconds(-2) });
        yield return Case("a month for requests", Good with { RequestTimeout = TimeSpan.FromDays(30) });
        yield return Case("rings too small", Good with { MaxMessageSize = WireLimits.MinMaxMessageSize - 1 });
        int tooLarge = IpcConnectionOptions.LargestMaxMessageSize + 1;
        yield return Case("rings too large", Good with { MaxMessageSize = tooLarge });
        yield return Case("relative directory", Good with { SharedMemoryDirectory = "dev/shm" });
        yield return Case("empty directory", Good with { SharedMemoryDirectory = "" });
        yield return Case("no directory", Good with { SharedMemoryDirectory = null! });
        yield return Case("unknown strategy", Good with { WaitStrategy = (WaitStrategy)99 });
    }

    private static IEnumerable<TestCaseData> GoodOptions()
    {
        yield return Case("no limit to connect", Good with { ConnectTimeout = Timeout.InfiniteTimeSpan });
        yield return Case("no limit for requests", Good with { RequestTimeout = Timeout.InfiniteTimeSpan });
        yield return Case("a day", Good with { ConnectTimeout = Day, RequestTimeout = Day });
        yield return Case("smallest rings", Good with { MaxMessageSize = WireLimits.MinMaxMessageSize });
        yield return Case("largest rings", Good with { MaxMessageSize = IpcConnectionOptions.LargestMaxMessageSize });
        yield return Case("V0", Good with { Model = QuorumModel.V0 });
    }

    private static TestCaseData Case(string name, QuorumConnectionOptions options) =>
        new TestCaseData(options).SetArgDisplayNames(name);
}
