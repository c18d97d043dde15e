using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// A played daemon for each test, and clients of it over one transport.
public abstract class RawDaemonFixture(IpcConnectionType transport = IpcConnectionType.SharedMemory)
{
    private protected static TimeSpan Long => Wait.Bound;

    private protected RawDaemon Daemon { get; private set; } = null!;

    private protected IpcConnectionOptions Options => new()
    {
        Addresses = [IpcAddress.Abstract(Daemon.Name)],
        ConnectTimeout = Long,
    };

    private protected IpcConnectionType Transport => transport;

    [SetUp]
    public void StartDaemon() => Daemon = new RawDaemon();

    [TearDown]
    public void StopDaemon() => Daemon.Dispose();

    private protected void Accept(RawPeer peer) =>
        _ = transport == IpcConnectionType.SharedMemory ? peer.AcceptSharedMemory() : peer.AcceptSocket();

    private protected (IpcConnection Connection, RawPeer Peer) Connect(
        IpcConnectionOptions? options = null, Action<RawPeer>? answer = null) =>
        Daemon.Connect(() => IpcConnection.Connect(options ?? Options), answer ?? Accept);

    private protected async Task<(IpcConnection Connection, RawPeer Peer)> ConnectAsync(
        bool async, Action<RawPeer> answer) =>
        async
            ? await Daemon.ConnectAsync(() => IpcConnection.ConnectAsync(Options), answer)
            : Daemon.Connect(() => IpcConnection.Connect(Options), answer);
}
