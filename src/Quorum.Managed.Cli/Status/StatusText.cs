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
        Line(writer, "ring id", report.RingId?.ToString());
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
    }

    private static void Line(TextWriter writer, string name, string? value) =>
        writer.WriteLine($"{name,-12} {value ?? "not known"}");
}
