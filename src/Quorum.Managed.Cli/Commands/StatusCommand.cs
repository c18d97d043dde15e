using System.CommandLine;
using Quorum.Managed.Cli.Output;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Commands;

// Everything the daemon tells about quorum, once.
internal static class StatusCommand
{
    private static readonly TimeSpan NodeListTimeWithoutProvider = TimeSpan.FromMilliseconds(250);

    public static Command Create(CommandHost host)
    {
        Command command = new("status", "Show whether this node is quorate, who is in its partition, and how corosync was reached.");
        DaemonOptions options = new(command, host);
        command.SetAction((result, cancellationToken) =>
            StatusReporter.RunAsync(host, options, result, FetchAsync, StatusText.Write, cancellationToken));
        return command;
    }

    private static async Task<StatusReport> FetchAsync(QuorumConnectionOptions options, CancellationToken cancellationToken)
    {
        await using QuorumConnection connection = await QuorumConnection.ConnectAsync(options, cancellationToken);

        await connection.TrackStartAsync(TrackFlags.Current | TrackFlags.Changes, cancellationToken);
        if (connection.QuorumType == QuorumType.Set)
        {
            return await FetchConsistentAsync(connection, cancellationToken);
        }

        NodeListChanged? list = await FetchNodeListAsync(connection, cancellationToken);
        return StatusReport.Of(connection, await connection.GetQuorateAsync(cancellationToken)) with { RingId = list?.RingId, Members = list?.Members };
    }

    private static async Task<StatusReport> FetchConsistentAsync(QuorumConnection connection, CancellationToken cancellationToken)
    {
        NodeListChanged? list = null;
        await foreach (QuorumNotification notification in connection.ReadNotificationsAsync(cancellationToken))
        {
            list = notification as NodeListChanged ?? list;

            // The parts belong together when they tell of the same ring and the daemon still says the same; else there is more to come.
            if (notification is QuorumChanged quorum
                && list?.RingId == quorum.RingId
                && quorum.Quorate == await connection.GetQuorateAsync(cancellationToken))
            {
                return StatusReport.Of(connection, quorum.Quorate) with { RingId = list.RingId, Members = list.Members };
            }
        }

        throw new InvalidOperationException("The notifications ended.");
    }

    // Without a quorum provider the daemon tells the membership, and with it a quorum state of no ring. It is not documented that it tells
    // anything, so nothing depends on it.
    private static async Task<NodeListChanged?> FetchNodeListAsync(QuorumConnection connection, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(NodeListTimeWithoutProvider);
        try
        {
            await foreach (QuorumNotification notification in connection.ReadNotificationsAsync(limit.Token))
            {
                if (notification is NodeListChanged list)
                {
                    return list;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }

        return null;
    }
}
