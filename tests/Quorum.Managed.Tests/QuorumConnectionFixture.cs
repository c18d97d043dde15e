using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

// A played daemon for each test, and connections to it.
public abstract class QuorumConnectionFixture
{
    private protected static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    private protected static TimeSpan Long => Wait.Bound;

    private protected RawDaemon Daemon { get; private set; } = null!;

    private protected QuorumConnectionOptions Options => new()
    {
        Endpoint = QuorumEndpoint.Abstract(Daemon.Name),
        ConnectTimeout = Long,
        RequestTimeout = Long,
    };

    [SetUp]
    public void StartDaemon() => Daemon = new RawDaemon();

    [TearDown]
    public void StopDaemon() => Daemon.Dispose();

    // Connects while the daemon's side runs on another thread. By default it accepts and answers the type request.
    private protected async Task<(QuorumConnection Connection, RawPeer Peer)> ConnectAsync(
        QuorumConnectionOptions? options = null, Action<RawPeer>? answer = null, bool async = true)
    {
        options ??= Options;
        answer ??= AcceptAndAnswerType;
        return async
            ? await Daemon.ConnectAsync(() => QuorumConnection.ConnectAsync(options), answer)
            : Connect(options, answer);
    }

    private protected (QuorumConnection Connection, RawPeer Peer) Connect(
        QuorumConnectionOptions options, Action<RawPeer>? answer = null) =>
        Daemon.Connect(() => QuorumConnection.Connect(options), answer ?? AcceptAndAnswerType);

    // Starts a call of the connection in its synchronous or asynchronous form.
    private protected static Task<bool> GetQuorateAsync(QuorumConnection connection, bool async) =>
        async ? connection.GetQuorateAsync().AsTask() : OwnThread.Run(connection.GetQuorate);

    private static void AcceptAndAnswerType(RawPeer peer) => peer.AcceptSharedMemory().AnswerType();
}
