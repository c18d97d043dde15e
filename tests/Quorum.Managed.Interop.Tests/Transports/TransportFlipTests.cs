using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// A connection follows quorum that flips, on both transports. The flipper uses libvotequorum, which knows only
/// abstract addresses.
/// </summary>
[TestFixture(ClusterIpc.SharedMemory, WaitStrategy.Adaptive)]
[TestFixture(ClusterIpc.Socket, WaitStrategy.Adaptive)]
[TestFixture(ClusterIpc.SharedMemory, WaitStrategy.Polling)]
[TestFixture(ClusterIpc.Socket, WaitStrategy.Polling)]
public sealed class TransportFlipTests(ClusterIpc ipc, WaitStrategy strategy) : TransportFixture(ipc, false, strategy)
{
    [Test]
    public async Task Quorum_that_flips_is_answered_and_notified_each_time()
    {
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(Node);
        using QuorumConnection connection = Connect();
        bool now = connection.GetQuorate();
        connection.TrackStart(TrackFlags.Changes);
        await using IAsyncEnumerator<QuorumNotification> notifications =
            connection.ReadNotificationsAsync().GetAsyncEnumerator();
        Assert.That(await NextAsync(notifications), Is.InstanceOf<NodeListChanged>());
        Assert.That(((QuorumChanged)await NextAsync(notifications)).Quorate, Is.EqualTo(now));
        for (int i = 0; i < 50; i++)
        {
            now = !now;
            flipper.Flip(now);
            Assert.That(((QuorumChanged)await NextAsync(notifications)).Quorate, Is.EqualTo(now));
            Assert.That(connection.GetQuorate(), Is.EqualTo(now));
            Assert.That(await connection.GetQuorateAsync(), Is.EqualTo(now));
        }
    }
}
