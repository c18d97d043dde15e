using System.Globalization;
using System.Text.Json;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Shows each event as one line of JSON.
internal sealed class JsonSink(TextWriter writer) : IStorySink
{
    private const string TimeFormat = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    private readonly JsonLineWriter _line = new(writer);

    private Utf8JsonWriter Json => _line.Json;

    public void Connected(DateTimeOffset time, DaemonInfo daemon) => Connection(time, "connected", error: null);

    public void Disconnected(DateTimeOffset time, string error) => Connection(time, "disconnected", error);

    public void RetryFailed(DateTimeOffset time, string error)
    {
        // The state is still disconnected.
    }

    public void Notified(DateTimeOffset time, QuorumNotification notification)
    {
        switch (notification)
        {
            case NodeListChanged list:
                NodeList(time, list);
                break;
            case QuorumChanged quorum:
                Quorum(time, quorum);
                break;
            default:
                break;
        }
    }

    public void Votes(DateTimeOffset time, VotesReading reading)
    {
        Start("votes", time);
        Json.WriteString("ringId", reading.Ring?.ToString());
        ClusterVotes? votes = reading.Votes;
        Number("expected", votes?.Expected);
        Number("highestExpected", votes?.HighestExpected);
        Number("total", votes?.Total);
        Number("quorum", votes?.Quorum);
        Json.WriteStartArray("flags");
        foreach (string flag in VotesText.FlagsOf(votes?.Flags ?? VoteQuorumFlags.None))
        {
            Json.WriteStringValue(flag);
        }

        Json.WriteEndArray();
        Number("deviceVotes", votes?.DeviceVotes);
        Json.WriteString("deviceName", votes is { DeviceName.Length: > 0 } ? votes.DeviceName : null);
        Error(reading.Part);
    }

    public void Names(DateTimeOffset time, NamesReading reading)
    {
        Start("names", time);
        if (reading.Names is null)
        {
            Json.WriteNull("names");
        }
        else
        {
            Json.WriteStartObject("names");
            foreach ((NodeId node, string name) in reading.Names)
            {
                Json.WriteString(node.ToString(), name);
            }

            Json.WriteEndObject();
        }

        Error(reading.Part);
    }

    public void Story(DateTimeOffset time, string text)
    {
        Start("story", time);
        Json.WriteString("text", text);
        _line.EndLine();
    }

    public void Dispose() => _line.Dispose();

    private void Connection(DateTimeOffset time, string state, string? error)
    {
        Start("connection", time);
        Json.WriteString("state", state);
        Json.WriteString("error", error);
        _line.EndLine();
    }

    private void NodeList(DateTimeOffset time, NodeListChanged notification)
    {
        Start("nodelist", time);
        _line.Ring(notification.RingId);
        _line.Nodes("members", notification.Members);
        _line.Nodes("joined", notification.Joined);
        _line.Nodes("left", notification.Left);
        _line.EndLine();
    }

    private void Quorum(DateTimeOffset time, QuorumChanged notification)
    {
        Start("quorum", time);
        Json.WriteBoolean("quorate", notification.Quorate);
        _line.Ring(notification.RingId);
        _line.Nodes("members", notification.Members);
        _line.EndLine();
    }

    private void Number(string name, uint? value)
    {
        if (value is { } known)
        {
            Json.WriteNumber(name, known);
        }
        else
        {
            Json.WriteNull(name);
        }
    }

    // Null when the part was read.
    private void Error(ClusterPart part)
    {
        Json.WriteString("error", part.Error is { } error ? CommandHost.OneLine(error.Message) : null);
        _line.EndLine();
    }

    private void Start(string name, DateTimeOffset time)
    {
        Json.WriteStartObject();
        Json.WriteString("event", name);
        Span<char> text = stackalloc char[TimeFormat.Length];
        time.UtcDateTime.TryFormat(text, out int length, TimeFormat, CultureInfo.InvariantCulture);
        Json.WriteString("time", text[..length]);
    }
}
