using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Connections;

// A connection whose callbacks are recorded, and a daemon whose events come when the test says so.
public abstract class DispatchFixture : QuorumConnectionFixture
{
    private protected QuorumConnection Connection { get; private set; } = null!;

    private protected RawPeer Peer { get; private set; } = null!;

    // The callbacks so far, for example "NL 1.2 1,2" for a node list and "Q True 1.2 1,2" for a quorum notification.
    private protected List<string> Calls { get; } = [];

    // What each callback does after it is recorded.
    private protected Action<QuorumConnection> InCallback { get; set; } = static _ => { };

    [SetUp]
    public void ConnectWithRecordedCallbacks()
    {
        Calls.Clear();
        InCallback = static _ => { };
        Reconnect(Options with
        {
            Callbacks = new()
            {
                QuorumChanged = (c, n) => Record(c, $"Q {n.Quorate} {n.RingId} {Text(n.Members)}"),
                NodeListChanged = (c, n) => Record(c, $"NL {n.RingId} {Text(n.Members)}"),
            },
        });
    }

    [TearDown]
    public void CloseConnection() => Connection.Dispose();

    private protected void Reconnect(QuorumConnectionOptions options)
    {
        Connection?.Dispose();
        (Connection, Peer) = Connect(options);
    }

    private protected static string Text(ReadOnlySpan<NodeId> nodes) => string.Join(',', nodes.ToArray());

    private void Record(QuorumConnection connection, string call)
    {
        Calls.Add(call);
        InCallback(connection);
    }
}
