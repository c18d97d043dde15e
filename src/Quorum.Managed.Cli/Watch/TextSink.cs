using System.Globalization;

namespace Quorum.Managed.Cli;

// Shows each event as one line of text: for logs, and for terminals that cannot move the cursor.
internal sealed class TextSink(TextWriter writer) : IStorySink
{
    public void Connected(DateTimeOffset time, DaemonInfo daemon) => Line(time, $"connected to {daemon}");

    public void Disconnected(DateTimeOffset time, string error) => Line(time, $"disconnected, quorum unknown: {error}");

    public void RetryFailed(DateTimeOffset time, string error)
    {
        // A line for each attempt would bury the other lines.
    }

    public void Notified(DateTimeOffset time, QuorumNotification notification)
    {
        switch (notification)
        {
            case NodeListChanged list:
                string members = $"members {list.Members} joined {list.Joined} left {list.Left}";
                Line(time, $"nodelist: ring {list.RingId} {members}");
                break;
            case QuorumChanged quorum:
                string state = QuorateText.Of(quorum.Quorate);
                Line(time, $"quorum: {state}, ring {quorum.RingId} members {quorum.Members}");
                break;
            default:
                break;
        }
    }

    public void Votes(DateTimeOffset time, VotesReading reading) => Line(time, reading switch
    {
        { Votes: { } votes } => $"votes: {VotesText.Of(votes)}, ring {reading.Ring}",
        _ => NotKnown("votes", reading.Part),
    });

    public void Names(DateTimeOffset time, NamesReading reading) => Line(time, reading switch
    {
        { Names: { } names } => TextTable.Printable(
            $"names: {string.Join(", ", names.Select(static name => $"{name.Key} {name.Value}"))}"),
        _ => NotKnown("names", reading.Part),
    });

    public void Story(DateTimeOffset time, string text) => Line(time, "story: " + text);

    public void Dispose()
    {
        // The host owns the writer.
    }

    private static string NotKnown(string what, ClusterPart part) =>
        $"{what}: not known: {CommandHost.OneLine(part.Error?.Message ?? "")}";

    private void Line(DateTimeOffset time, string text)
    {
        string clock = time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        writer.WriteLine($"{clock} {text}");
        writer.Flush();
    }
}
