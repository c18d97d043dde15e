using System.Text.Json;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// A status report as one line of JSON.
internal static class StatusJson
{
    public static void Write(TextWriter writer, StatusReport report)
    {
        using JsonLineWriter line = new(writer);
        Utf8JsonWriter json = line.Json;
        json.WriteStartObject();
        json.WriteString("state", QuorumStateNames.NameOf(report.State));
        json.WriteBoolean("quorate", report.State == QuorumState.Quorate);
        json.WriteString("quorumType", report.QuorumType switch
        {
            QuorumType.Set => "set",
            QuorumType.Free => "free",
            _ => null,
        });
        json.WriteString("ringId", report.RingId?.ToString());
        if (report.Members is { } members)
        {
            line.Nodes("members", members);
        }
        else
        {
            json.WriteNull("members");
        }

        json.WriteString("transport", report.Transport switch
        {
            IpcConnectionType.SharedMemory => "sharedMemory",
            IpcConnectionType.Socket => "socket",
            _ => null,
        });
        json.WriteString("endpoint", report.Endpoint);
        if (report.DaemonProcessId is { } pid)
        {
            json.WriteNumber("daemonPid", pid);
        }
        else
        {
            json.WriteNull("daemonPid");
        }

        json.WriteString("error", report.Error);
        json.WriteString("basis", report.Basis);
        // The end of a lease, which no command asks for.
        json.WriteNull("validUntil");
        line.EndLine();
    }
}
