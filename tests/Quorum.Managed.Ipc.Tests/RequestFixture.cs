using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// One connection with its peer for each test, and requests on it.
public abstract class RequestFixture(IpcConnectionType transport, WaitStrategy strategy) : RawDaemonFixture(transport)
{
    private protected static readonly byte[] Ask = RawPeer.Request(0);

    private protected IpcConnection Connection { get; private set; } = null!;

    private protected RawPeer Peer { get; private set; } = null!;

    [SetUp]
    public void ConnectOne() => (Connection, Peer) = ConnectAnother();

    [TearDown]
    public void CloseConnection() => Connection.Dispose();

    private protected WaitStrategy Strategy => strategy;

    private protected (IpcConnection Connection, RawPeer Peer) ConnectAnother() =>
        Connect(Options with { WaitStrategy = strategy });

    private protected Task<int> Start(bool async, TimeSpan timeout, out byte[] response)
    {
        byte[] buffer = response = new byte[64];
        return async
            ? Connection.RequestAsync(Ask, buffer, timeout).AsTask()
            : OwnThread.Run(() => Connection.Request(Ask, buffer, timeout));
    }

    // Returns once the call can do nothing but wait. An asynchronous call runs that far before it returns its task.
    private protected Task<int> StartUntilItWaits(bool async, TimeSpan timeout, out byte[] response)
    {
        byte[] buffer = response = new byte[64];
        return async
            ? Connection.RequestAsync(Ask, buffer, timeout).AsTask()
            : OwnThread.RunUntilAsleep(() => Connection.Request(Ask, buffer, timeout));
    }
}
