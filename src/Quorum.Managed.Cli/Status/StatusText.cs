using System.Globalization;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// A status report as text.
internal static class StatusText
{
    public static void Write(TextWriter writer, StatusReport report)
    {
        Line(writer, "quorate", report.State switch
        {
            QuorumState.Quorate => "yes",
            QuorumState.Inquorate => "no",
            _ => "unknown",
        });
        Line(writer, "basis", report.Basis switch
        {
            "tokenAge" => "corosync's answer, and the age of its token",
            "none" => "corosync's answer alone: its statistics cannot be read",
            _ => report.Basis,
        });
        if (report.RingId is null && report.RingSequence is { } sequence)
        {
            Line(writer, "ring", $"sequence {sequence} (corosync does not tell its node with model v0)");
        }
        else
        {
            Line(writer, "ring id", report.RingId?.ToString());
        }

        Line(writer, "members", report.Members is { } members ? string.Join(' ', members) : null);
        Line(writer, "quorum type", report.QuorumType switch
        {
            QuorumType.Set => "set",
            QuorumType.Free => "free (no quorum provider is configured)",
            _ => null,
        });
        Line(writer, "transport", report.Transport is { } transport ? DaemonInfo.NameOf(transport) : null);
        Line(writer, "endpoint", report.Endpoint);
        string? pid = report.DaemonProcessId?.ToString(CultureInfo.InvariantCulture);
        Line(writer, "daemon pid", pid ?? "not visible in this PID namespace");
        WriteDetails(writer, report.Details);
    }

    // What is not known is left out: it is no part of the answer.
    private static void WriteDetails(TextWriter writer, StatusDetails details)
    {
        if (details.ClusterName is { } name)
        {
            Line(writer, "cluster", TextTable.Printable(name));
        }

        if (details.Votes is { } votes)
        {
            string counts = $"{votes.TotalVotes} of {votes.ExpectedVotes} expected, {votes.Quorum} needed";
            Line(writer, "votes", counts);
        }

        foreach (StatusNode node in details.Nodes)
        {
            string nodeName = node.Name is { } known ? TextTable.Printable(known) + ", " : "";
            string nodeVotes = node.Votes is { } count ? $", {count} {(count == 1 ? "vote" : "votes")}" : "";
            Line(writer, $"node {node.Id}", nodeName + NodesOutput.NameOf(node.State) + nodeVotes);
        }
    }

    private static void Line(TextWriter writer, string name, string? value) =>
        writer.WriteLine($"{name,-12} {value ?? "not known"}");
}
