using System.CommandLine;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Shows once all that the daemon tells about quorum. The daemon sends its state when tracking starts, so nothing is
// waited for unless the membership is changing at that moment.
internal static class StatusCommand
{
    private static readonly TimeSpan NodeListTimeWithoutProvider = TimeSpan.FromMilliseconds(250);

    public static Command Create(CommandHost host)
    {
        Command command = new(
            "status",
            "Show whether this node is quorate, which nodes are in its partition, and how corosync was reached.");
        DaemonArguments arguments = DaemonArguments.ForAnswer(command);
        command.SetAction((result, cancellationToken) =>
            Task.FromResult(StatusReporter.Run(host, arguments, result, Fetch, StatusText.Write, cancellationToken)));
        return command;
    }

    private static StatusReport Fetch(QuorumConnectionOptions options, CancellationToken cancellationToken)
    {
        Notified notified = new();
        QuorumCallbacks callbacks = new()
        {
            NodeListChanged = (_, list) => (notified.ListRing, notified.Members) = (list.RingId, [.. list.Members]),
            QuorumChanged = (_, quorum) => notified.SetQuorum(quorum.RingId, quorum.Quorate),
        };
        using QuorumConnection connection = QuorumConnection.Connect(options with { Callbacks = callbacks });
        using CancellationTokenRegistration limit = StatusReporter.Limit(connection, cancellationToken);
        connection.TrackStart(TrackFlags.Current | TrackFlags.Changes);
        bool quorate = connection.QuorumType == QuorumType.Set
            ? FetchConsistent(connection, notified, cancellationToken)
            : FetchNodeList(connection, notified, cancellationToken);
        return StatusReport.Of(connection, quorate) with { RingId = notified.ListRing, Members = notified.Members };
    }

    // The node list and the quorum state belong together if both are of the same ring and the daemon's answer is still
    // the same. Otherwise more notifications are on their way. Either of the two may come first.
    private static bool FetchConsistent(
        QuorumConnection connection, Notified notified, CancellationToken cancellationToken)
    {
        do
        {
            do
            {
                _ = connection.Dispatch(DispatchFlags.One, cancellationToken);
            }
            while (notified.QuorumRing is null || notified.ListRing != notified.QuorumRing);
        }
        while (notified.Quorate != connection.GetQuorate());
        return notified.Quorate;
    }

    // Without a quorum provider the daemon sends the node list and a quorum state that belongs to no ring. No document
    // says that it sends them. So the wait is short, and the answer does not depend on them.
    private static bool FetchNodeList(
        QuorumConnection connection, Notified notified, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(NodeListTimeWithoutProvider);
        try
        {
            while (notified.ListRing is null)
            {
                _ = connection.Dispatch(DispatchFlags.One, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }

        return connection.GetQuorate();
    }

    // The latest notification of each kind.
    private sealed class Notified
    {
        public RingId? ListRing { get; set; }

        public NodeList? Members { get; set; }

        public RingId? QuorumRing { get; private set; }

        public bool Quorate { get; private set; }

        public void SetQuorum(RingId ring, bool quorate) => (QuorumRing, Quorate) = (ring, quorate);
    }
}
