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
        if (report.RingId is null && report.RingSequence is { } sequence)
        {
            json.WriteNumber("ringSequence", sequence);
        }

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
        WriteDetails(json, report.Details);
        line.EndLine();
    }

    // What is not known is left out.
    private static void WriteDetails(Utf8JsonWriter json, StatusDetails details)
    {
        if (details.ClusterName is { } name)
        {
            json.WriteString("clusterName", name);
        }

        if (details.Votes is { } votes)
        {
            json.WriteStartObject("votes");
            json.WriteNumber("expected", votes.ExpectedVotes);
            json.WriteNumber("total", votes.TotalVotes);
            json.WriteNumber("quorum", votes.Quorum);
            json.WriteEndObject();
        }

        if (details.Nodes.Count > 0)
        {
            json.WriteStartArray("nodes");
            foreach (StatusNode node in details.Nodes)
            {
                WriteNode(json, node);
            }

            json.WriteEndArray();
        }
    }

    private static void WriteNode(Utf8JsonWriter json, StatusNode node)
    {
        json.WriteStartObject();
        json.WriteNumber("id", node.Id.Value);
        if (node.Name is { } name)
        {
            json.WriteString("name", name);
        }

        if (node.Votes is { } votes)
        {
            json.WriteNumber("votes", votes);
        }

        json.WriteString("state", NodesOutput.NameOf(node.State));
        json.WriteEndObject();
    }
}
