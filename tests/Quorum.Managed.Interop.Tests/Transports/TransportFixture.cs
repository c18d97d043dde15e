using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>A real daemon with one transport, reached at an abstract address or at a path.</summary>
public abstract class TransportFixture(ClusterIpc ipc, bool path, WaitStrategy strategy) : CorosyncFixture
{
    private protected CorosyncCluster Cluster { get; private set; } = null!;

    private protected CorosyncNode Node => Cluster.Node(1);

    private protected ClusterIpc Ipc => ipc;

    private protected bool IsPath => path;

    [OneTimeSetUp]
    public async Task StartCluster() =>
        Cluster = await CorosyncCluster.StartAsync(
            new() { Ipc = ipc, FileSystemSockets = path, QuorumDevice = true });

    [OneTimeTearDown]
    public async Task StopCluster()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }

    private protected static async Task<QuorumNotification> NextAsync(
        IAsyncEnumerator<QuorumNotification> notifications)
    {
        Assert.That(await notifications.MoveNextAsync().AsTask().WaitAsync(Patience), "the notifications ended");
        return notifications.Current;
    }

    // Inside the network namespace of the node also when the setup socket is a path: the datagram sockets have abstract
    // addresses, which belong to the namespace.
    private protected QuorumConnection Connect() => Node.Network.Run(() => QuorumConnection.Connect(new()
    {
        Endpoint = path ? QuorumEndpoint.Path(Node.Root + "/tmp/quorum") : QuorumEndpoint.Abstract("quorum"),
        WaitStrategy = strategy,
    }));
}
