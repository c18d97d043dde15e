namespace Quorum.Managed.Cli.Watching;

// Where a watch's events go. Called by one flow of control, in the order of the events.
internal interface IWatchSink
{
    void Connected(DateTimeOffset time, DaemonInfo daemon);

    // What was known before is not known any more.
    void Disconnected(DateTimeOffset time, string error);

    // An attempt to connect again failed; there will be another.
    void RetryFailed(DateTimeOffset time, string error);

    void Notified(DateTimeOffset time, QuorumNotification notification);
}
