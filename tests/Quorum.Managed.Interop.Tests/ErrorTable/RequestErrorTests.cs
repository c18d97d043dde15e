using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Interop.Tests;

/// <summary>How failures of an open connection show.</summary>
[NonParallelizable]
public sealed class RequestErrorTests : ErrorTableFixture
{
    [Row]
    public async Task Daemon_hung_request()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        QuorumConnectionOptions options = Quick with { RequestTimeout = TimeSpan.FromMilliseconds(300) };
        using QuorumConnection connection = ConnectTo(cluster.Node(1), options);
        await cluster.PauseAsync(1);
        Expect(() => connection.GetQuorate(), "did not answer within 0.3 s", "stays usable");
        await cluster.ContinueAsync(1);
        Wait.Until(() => Answers(connection), "an answer of the daemon that runs again", Patience);
    }

    [Row]
    public async Task Daemon_died_request()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        using QuorumConnection connection = ConnectTo(cluster.Node(1));
        await cluster.KillAsync(1);
        Expect(() => connection.GetQuorate(), "closed the connection, or died", "new connection");
    }

    [Row]
    public async Task Daemon_died_event()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        using QuorumConnection connection = ConnectTo(cluster.Node(1));
        await cluster.KillAsync(1);
        Expect(() => connection.Dispatch(DispatchFlags.All), "closed the connection, or died", "new connection");
    }

    [Row]
    public void Reply_too_large()
    {
        using RawDaemon daemon = new();
        Task<RawPeer> serving = Task.Run(() =>
        {
            RawPeer peer = daemon.Accept().AcceptSocket().AnswerType();
            _ = peer.ReadRequest();
            peer.Respond(new byte[4096]);
            return peer;
        });
        using QuorumConnection connection = ConnectTo(daemon);
        Expect(() => connection.GetQuorate(), "4096 bytes", "new connection");
        serving.Result.Dispose();
    }

    private static bool Answers(QuorumConnection connection)
    {
        try
        {
            connection.GetQuorate();
            return true;
        }
        catch (QuorumException e) when (e.IsTransient)
        {
            return false;
        }
    }
}
