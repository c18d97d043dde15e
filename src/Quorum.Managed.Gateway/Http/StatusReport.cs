using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Quorum.Managed.Cli;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Gateway;

// What the gateway says, as JSON. The names of the fields are a contract. Thread-safe.
internal sealed class StatusReport(
    QuorumMonitor monitor, ClusterPoller poller, ChangeHistory history, TimeProvider time)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.Default };

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    // The whole of it, for /status and /events.
    public byte[] Json()
    {
        QuorumSnapshot snapshot = monitor.Current;
        ClusterPicture picture = poller.Picture;
        ArrayBufferWriter<byte> bytes = new(2048);
        using Utf8JsonWriter json = new(bytes, Options);
        json.WriteStartObject();
        WriteState(json, snapshot);
        WriteCluster(json, picture.View);
        WriteNodes(json, picture);
        WriteParts(json, picture.View);
        WriteChanges(json);
        json.WriteString("gatewayStartedAt", _startedAt);
        json.WriteString("time", time.GetUtcNow());
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    // What counts as a change of the cluster: neither ages nor measurements.
    public string Outline()
    {
        ClusterPicture picture = poller.Picture with { Statistics = [] };
        ArrayBufferWriter<byte> bytes = new(1024);
        using Utf8JsonWriter json = new(bytes, Options);
        json.WriteStartObject();
        WriteCluster(json, picture.View);
        WriteNodes(json, picture);
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(bytes.WrittenSpan)
            + string.Join('\n', picture.View.Parts.Select(static part => Text(part.Error)));
    }

    // The state alone, for /readyz and heartbeats.
    public byte[] ReadinessJson(QuorumSnapshot snapshot)
    {
        ArrayBufferWriter<byte> bytes = new(512);
        using Utf8JsonWriter json = new(bytes, Options);
        json.WriteStartObject();
        WriteState(json, snapshot);
        json.WriteEndObject();
        json.Flush();
        return bytes.WrittenSpan.ToArray();
    }

    // Names the gateway's options instead of the library's.
    private static string? Text(Exception? error) =>
        error is null ? null : OptionWords.Translate(error.Message, live: "give --assurance live");

    private void WriteState(Utf8JsonWriter json, QuorumSnapshot snapshot)
    {
        DateTimeOffset now = time.GetUtcNow();
        json.WriteString("state", Names.Of(snapshot.State));
        json.WriteBoolean("quorate", snapshot.IsQuorate);
        json.WriteString("reason", snapshot.State == QuorumState.Unknown ? Names.Of(snapshot.UnknownReason) : null);
        json.WriteString("error", Text(snapshot.Error));
        json.WriteString("since", snapshot.Since);
        WriteNumber(json, "ageSeconds", monitor.ConfirmationAge?.TotalSeconds);
        json.WriteString("basis", Names.Of(snapshot.Basis));
        if (snapshot.ValidUntil is { } end)
        {
            json.WriteString("validUntil", end);
        }
        else
        {
            json.WriteNull("validUntil");
        }

        WriteNumber(
            json, "leaseRemainingSeconds", snapshot.LeaseEnd is null ? null : monitor.LeaseRemaining?.TotalSeconds);
        json.WriteBoolean("changing", snapshot.IsChanging);
        json.WriteString("ringId", snapshot.RingId?.ToString());
        WriteIds(json, "members", snapshot.Members);
        json.WriteString("asOf", now);
    }

    private static void WriteCluster(Utf8JsonWriter json, ClusterView view)
    {
        json.WriteString("clusterName", view.ClusterName);
        json.WriteString("transport", view.Transport);
        WriteNumber(json, "localNode", view.LocalNode?.Value);
        if (view.Votes is not { } votes)
        {
            json.WriteNull("votes");
            return;
        }

        json.WriteStartObject("votes");
        json.WriteNumber("expected", votes.Expected);
        json.WriteNumber("highestExpected", votes.HighestExpected);
        json.WriteNumber("total", votes.Total);
        json.WriteNumber("quorum", votes.Quorum);
        json.WriteStartArray("flags");
        foreach (string flag in Names.Of(votes.Flags))
        {
            json.WriteStringValue(flag);
        }

        json.WriteEndArray();
        json.WriteNumber("deviceVotes", votes.DeviceVotes);
        json.WriteString("deviceName", votes.DeviceName.Length > 0 ? votes.DeviceName : null);
        json.WriteEndObject();
    }

    private static void WriteNodes(Utf8JsonWriter json, ClusterPicture picture)
    {
        json.WriteStartArray("nodes");
        foreach (ClusterNode node in picture.View.Nodes)
        {
            json.WriteStartObject();
            json.WriteNumber("id", node.Id.Value);
            json.WriteString("name", node.Name);
            json.WriteBoolean("local", node.IsLocal);
            json.WriteString("state", Names.Of(node.State));
            WriteNumber(json, "votes", node.Votes);
            json.WriteStartArray("addresses");
            foreach (string address in node.Addresses)
            {
                json.WriteStringValue(address);
            }

            json.WriteEndArray();
            WriteLinks(json, picture, node);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // The own node has no links to itself.
    private static void WriteLinks(Utf8JsonWriter json, ClusterPicture picture, ClusterNode node)
    {
        json.WriteStartArray("links");
        foreach (LinkState link in LinkState.Of(picture).Where(link => link.Node.Id == node.Id))
        {
            json.WriteStartObject();
            json.WriteNumber("number", link.Number);
            json.WriteBoolean("up", link.IsUp);
            json.WriteBoolean("tested", link.IsTested);
            json.WriteNumber("mtu", link.Mtu);
            WriteNumber(json, "latencyMicroseconds", link.LatencyMicroseconds);
            WriteNumber(json, "downCount", link.DownCount);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteParts(Utf8JsonWriter json, ClusterView view)
    {
        DateTimeOffset now = time.GetUtcNow();
        json.WriteStartArray("parts");
        foreach (ClusterPart part in view.Parts)
        {
            json.WriteStartObject();
            json.WriteString("name", Names.Of(part.Kind));
            WriteNumber(json, "ageSeconds", part.AgeAt(now)?.TotalSeconds);
            json.WriteString("error", Text(part.Error));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteChanges(Utf8JsonWriter json)
    {
        json.WriteStartArray("changes");
        foreach (Change change in history.Changes)
        {
            json.WriteStartObject();
            json.WriteString("time", change.Time);
            json.WriteString("state", Names.Of(change.State));
            json.WriteString("reason", change.State == QuorumState.Unknown ? Names.Of(change.Reason) : null);
            json.WriteString("ringId", change.RingId?.ToString());
            WriteIds(json, "members", change.Members);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteIds(Utf8JsonWriter json, string name, NodeList nodes)
    {
        json.WriteStartArray(name);
        foreach (NodeId node in nodes)
        {
            json.WriteNumberValue(node.Value);
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WritePropertyName(name);
            json.WriteRawValue(number.ToString("0.###", CultureInfo.InvariantCulture), skipInputValidation: true);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
