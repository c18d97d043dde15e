using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// A raw daemon per test, and clients of it. Checks that nothing is left.
public abstract class RawDaemonFixture(IpcConnectionType transport = IpcConnectionType.SharedMemory)
{
    private protected static readonly TimeSpan Long = TimeSpan.FromSeconds(10);
    private int _files;

    private protected RawDaemon Daemon { get; private set; } = null!;

    private protected IpcConnectionOptions Options => new()
    {
        Addresses = [IpcAddress.Abstract(Daemon.Name)],
        ConnectTimeout = Long,
    };

    [SetUp]
    public void StartDaemon()
    {
        _files = OwnFiles();
        Daemon = new RawDaemon();
    }

    [TearDown]
    public void StopDaemon()
    {
        Daemon.Dispose();
        Assert.That(OwnFiles(), Is.EqualTo(_files), "files are left in /dev/shm");
    }

    private protected IpcConnectionType Transport => transport;

    private protected bool IsSharedMemory => transport == IpcConnectionType.SharedMemory;

    private protected RawPeer Accept(RawPeer peer) => IsSharedMemory ? peer.AcceptSharedMemory() : peer.AcceptSocket();

    // Connects while the daemon's side runs on another thread.
    private protected (IpcConnection Connection, RawPeer Peer) Connect(IpcConnectionOptions? options = null, Action<RawPeer>? answer = null)
    {
        Task<RawPeer> serving = Task.Run(() =>
        {
            RawPeer peer = Daemon.Accept();
            if (answer is null)
            {
                Accept(peer);
            }
            else
            {
                answer(peer);
            }

            return peer;
        });
        try
        {
            IpcConnection connection = IpcConnection.Connect(options ?? Options);
            return (connection, serving.Result);
        }
        catch (Exception)
        {
            serving.Result.Dispose();
            throw;
        }
    }

    private static int OwnFiles() => Directory.GetFileSystemEntries("/dev/shm", $"qb-test-{Environment.ProcessId}-*").Length;
}
