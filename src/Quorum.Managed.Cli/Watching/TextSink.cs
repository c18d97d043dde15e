using System.Globalization;

namespace Quorum.Managed.Cli.Watching;

// One line of text per event: for a log, or a terminal that cannot move its cursor.
internal sealed class TextSink(TextWriter writer) : IWatchSink, IStoryTeller
{
    public void Connected(DateTimeOffset time, DaemonInfo daemon) => Line(time, $"connected to {daemon}");

    public void Disconnected(DateTimeOffset time, string error) => Line(time, $"disconnected, quorum unknown: {error}");

    public void RetryFailed(DateTimeOffset time, string error)
    {
        // A line per attempt would bury the rest.
    }

    public void Notified(DateTimeOffset time, QuorumNotification notification)
    {
        switch (notification)
        {
            case NodeListChanged list:
                Line(time, $"nodelist: ring {list.RingId} members {list.Members} joined {list.Joined} left {list.Left}");
                break;
            case QuorumChanged quorum:
                Line(time, $"quorum: {(quorum.Quorate ? "quorate" : "not quorate")}, ring {quorum.RingId} members {quorum.Members}");
                break;
            default:
                break;
        }
    }

    public void Tell(DateTimeOffset time, string text) => Line(time, "story: " + text);

    private void Line(DateTimeOffset time, string text)
    {
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ} {text}"));
        writer.Flush();
    }
}
