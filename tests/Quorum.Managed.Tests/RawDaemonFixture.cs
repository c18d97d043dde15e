using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

// A raw daemon per test, and connections to it. Checks that nothing is left.
public abstract class RawDaemonFixture
{
    private protected static readonly TimeSpan Long = TimeSpan.FromSeconds(10);
    private protected static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private int _files;

    private protected RawDaemon Daemon { get; private set; } = null!;

    private protected QuorumConnectionOptions Options => new()
    {
        Endpoint = QuorumEndpoint.Abstract(Daemon.Name),
        ConnectTimeout = Long,
        RequestTimeout = Long,
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

    // Connects while the daemon's side runs on another thread. The default peer accepts and answers the type request.
    private protected async Task<(QuorumConnection Connection, RawPeer Peer)> ConnectAsync(
        QuorumConnectionOptions? options = null, Action<RawPeer>? answer = null, bool async = true)
    {
        Task<RawPeer> serving = Task.Factory.StartNew(
            () =>
            {
                RawPeer peer = Daemon.Accept();
                (answer ?? (static accepted => accepted.AcceptSharedMemory().AnswerType()))(peer);
                return peer;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        try
        {
            options ??= Options;
            QuorumConnection connection = async ? await QuorumConnection.ConnectAsync(options) : await OnThread(() => QuorumConnection.Connect(options));
            return (connection, await serving);
        }
        catch (Exception)
        {
            (await serving).Dispose();
            throw;
        }
    }

    private protected static Task<T> OnThread<T>(Func<T> function) =>
        Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private protected static Task OnThread(Action action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // Starts a call of the connection in its synchronous or asynchronous form.
    private protected static Task<bool> GetQuorateAsync(QuorumConnection connection, bool async) =>
        async ? connection.GetQuorateAsync().AsTask() : OnThread(connection.GetQuorate);

    private static int OwnFiles() => Directory.GetFileSystemEntries("/dev/shm", $"qb-test-{Environment.ProcessId}-*").Length;
}
