using System.CommandLine;
using Quorum.Managed.Cli.Output;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Commands;

// Everything the daemon tells about quorum, once. What it takes is there when tracking has begun, unless the membership is just changing.
internal static class StatusCommand
{
    private static readonly TimeSpan NodeListTimeWithoutProvider = TimeSpan.FromMilliseconds(250);

    public static Command Create(CommandHost host)
    {
        Command command = new("status", "Show whether this node is quorate, who is in its partition, and how corosync was reached.");
        DaemonOptions options = new(command, host);
        command.SetAction((result, cancellationToken) =>
            Task.FromResult(StatusReporter.Run(host, options, result, Fetch, StatusText.Write, cancellationToken)));
        return command;
    }

    private static StatusReport Fetch(QuorumConnectionOptions options, CancellationToken cancellationToken)
    {
        Seen seen = new();
        QuorumCallbacks callbacks = new()
        {
            NodeListChanged = (_, list) => (seen.ListRing, seen.Members) = (list.RingId, [.. list.Members]),
            QuorumChanged = (_, quorum) => seen.TellQuorum(quorum.RingId, quorum.Quorate),
        };
        using QuorumConnection connection = QuorumConnection.Connect(options with { Callbacks = callbacks });
        using CancellationTokenRegistration limit = StatusReporter.Limit(connection, cancellationToken);
        connection.TrackStart(TrackFlags.Current | TrackFlags.Changes);
        bool quorate = connection.QuorumType == QuorumType.Set
            ? FetchConsistent(connection, seen, cancellationToken)
            : FetchNodeList(connection, seen, cancellationToken);
        return StatusReport.Of(connection, quorate) with { RingId = seen.ListRing, Members = seen.Members };
    }

    private static bool FetchConsistent(QuorumConnection connection, Seen seen, CancellationToken cancellationToken)
    {
        // The parts belong together when they tell of the same ring and the daemon still says the same; else there is more to come.
        do
        {
            while (!seen.TakeQuorum())
            {
                _ = connection.Dispatch(DispatchFlags.One, cancellationToken);
            }
        }
        while (seen.ListRing != seen.QuorumRing || seen.Quorate != connection.GetQuorate());
        return seen.Quorate;
    }

    // Without a quorum provider the daemon tells the membership, and with it a quorum state of no ring. It is not documented that it tells
    // anything, so nothing depends on it.
    private static bool FetchNodeList(QuorumConnection connection, Seen seen, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(NodeListTimeWithoutProvider);
        try
        {
            while (seen.ListRing is null)
            {
                _ = connection.Dispatch(DispatchFlags.One, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }

        return connection.GetQuorate();
    }

    // What was told last.
    private sealed class Seen
    {
        public RingId? ListRing { get; set; }

        public NodeList? Members { get; set; }

        public RingId? QuorumRing { get; private set; }

        public bool Quorate { get; private set; }

        private bool IsQuorumNew { get; set; }

        public void TellQuorum(RingId ring, bool quorate) => (QuorumRing, Quorate, IsQuorumNew) = (ring, quorate, true);

        // Whether it was told since the last time.
        public bool TakeQuorum()
        {
            bool isNew = IsQuorumNew;
            IsQuorumNew = false;
            return isNew;
        }
    }
}
