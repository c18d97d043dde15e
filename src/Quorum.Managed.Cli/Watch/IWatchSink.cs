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

    // The votes have changed, or whether they are known.
    void Votes(DateTimeOffset time, VotesReading reading);

    // The names of the nodes have changed, or whether they are known.
    void Names(DateTimeOffset time, NamesReading reading);
}
