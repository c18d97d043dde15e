namespace Quorum.Managed.Cli;

// Receives the events of a watch, one at a time and in their order.
internal interface IWatchSink
{
    void Connected(DateTimeOffset time, DaemonInfo daemon);

    // From now on the state is unknown.
    void Disconnected(DateTimeOffset time, string error);

    // An attempt to reconnect failed. Another attempt follows.
    void RetryFailed(DateTimeOffset time, string error);

    void Notified(DateTimeOffset time, QuorumNotification notification);
}
