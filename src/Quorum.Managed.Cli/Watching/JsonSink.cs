using Quorum.Managed.Cli.Output;

namespace Quorum.Managed.Cli.Watching;

// One JSON object a line.
internal sealed class JsonSink(TextWriter writer) : IWatchSink, IStoryTeller, IDisposable
{
    private readonly JsonLineWriter _json = new(writer);

    public void Connected(DateTimeOffset time, DaemonInfo daemon) => _json.Connection(time, connected: true, error: null);

    public void Disconnected(DateTimeOffset time, string error) => _json.Connection(time, connected: false, error);

    public void RetryFailed(DateTimeOffset time, string error)
    {
        // The state is disconnected still.
    }

    public void Notified(DateTimeOffset time, QuorumNotification notification)
    {
        switch (notification)
        {
            case NodeListChanged list:
                _json.NodeList(time, list);
                break;
            case QuorumChanged quorum:
                _json.Quorum(time, quorum);
                break;
            default:
                break;
        }
    }

    public void Tell(DateTimeOffset time, string text) => _json.Story(time, text);

    public void Dispose() => _json.Dispose();
}
