using System.Globalization;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Output;

// A status report for people.
internal static class StatusText
{
    public static void Write(TextWriter writer, StatusReport report)
    {
        Line(writer, "quorate", report.Quorate switch { true => "yes", false => "no", null => "unknown" });
        Line(writer, "ring id", report.RingId?.ToString());
        Line(writer, "members", report.Members is { } members ? string.Join(' ', members) : null);
        Line(writer, "quorum type", report.QuorumType switch
        {
            QuorumType.Set => "set",
            QuorumType.Free => "free (no quorum provider is configured)",
            _ => null,
        });
        Line(writer, "transport", report.Transport switch
        {
            IpcConnectionType.SharedMemory => "shared memory",
            IpcConnectionType.Socket => "socket",
            _ => null,
        });
        Line(writer, "endpoint", report.Endpoint);
        Line(writer, "daemon pid", report.DaemonProcessId?.ToString(CultureInfo.InvariantCulture) ?? "not visible in this PID namespace");
    }

    private static void Line(TextWriter writer, string name, string? value) => writer.WriteLine($"{name,-12} {value ?? "not known"}");
}
