using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Two nodes with a real quorum device, cut off from each other: who says yes, and when.</summary>
/// <remarks>
/// QUORUM_WAKEUPS is the number of cuts of each kind, QUORUM_STALENESS the monitors' MaxStaleness in milliseconds.
/// Without QUORUM_LONG the kinds are those that take less than a minute.
/// </remarks>
public sealed class QuorumDeviceTests : CorosyncFixture
{
    private static readonly int Cuts = LeaseSettings.Number("QUORUM_WAKEUPS", 1);

    private static readonly int Staleness = LeaseSettings.Number("QUORUM_STALENESS", 0);

    // Each side learns of its ring by itself, up to 35 ms apart on a loaded machine. A monitor that does not wait for
    // the device says a wrong yes for 800 ms and more.
    private static readonly TimeSpan SideBySide = TimeSpan.FromMilliseconds(250);

    private static IEnumerable<TestCaseData> Cases
    {
        get
        {
            yield return new TestCaseData(DeviceFault.Isolated, ClusterTransport.Udpu);
            yield return new TestCaseData(DeviceFault.DeviceHung, ClusterTransport.Knet);
            yield return new TestCaseData(DeviceFault.ArbiterKilled, ClusterTransport.Udpu);
            if (LeaseSettings.IsLong)
            {
                yield return new TestCaseData(DeviceFault.None, ClusterTransport.Udpu);
                yield return new TestCaseData(DeviceFault.None, ClusterTransport.Knet);
                yield return new TestCaseData(DeviceFault.Isolated, ClusterTransport.Knet);
                yield return new TestCaseData(DeviceFault.DeviceHung, ClusterTransport.Udpu);
                yield return new TestCaseData(DeviceFault.ArbiterHung, ClusterTransport.Udpu);
            }
        }
    }

    [OneTimeSetUp]
    public void RequireDevice() => Corosync.RequireNetDevice(Assert.Ignore, Assert.Fail);

    [TestCaseSource(nameof(Cases))]
    public async Task No_side_of_a_cut_says_yes_before_the_device_has_voted(
        DeviceFault fault, ClusterTransport transport)
    {
        TimeSpan? staleness = Staleness > 0 ? TimeSpan.FromMilliseconds(Staleness) : null;
        await using DeviceCluster cluster = await DeviceCluster.StartAsync(transport, staleness);
        List<string> wrong = [];
        for (int i = 0; i < Cuts; i++)
        {
            cluster.TakeTimeline();
            int node = 2 - (i % 2);
            DeviceCut cut = await cluster.CutAsync(fault, node);
            int losses = await cluster.HealAsync(fault, node);
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"device, {transport}, {fault} {node}: {cut}; losses by the heal {losses}");
            await TestContext.Progress.WriteLineAsync(line);
            bool bothQuorate = cut.Sides.All(side => side.IsQuorate);
            if (bothQuorate || cut.Sides.Index().Any(side => cut.WrongYes(side.Index) > SideBySide))
            {
                wrong.Add(line + "\n" + cluster.TakeTimeline());
            }
        }

        Assert.That(wrong, Is.Empty);
    }
}
