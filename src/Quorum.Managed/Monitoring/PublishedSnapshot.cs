namespace Quorum.Managed;

// A snapshot together with the signals that belong to it. Immutable, so that a reader gets all of them with one read.
internal sealed class PublishedSnapshot(
    QuorumSnapshot snapshot, CancellationTokenSource? lost, TaskCompletionSource? replaced = null)
{
    public QuorumSnapshot Snapshot { get; } = snapshot;

    // Cancelled at the end of the quorate period. Null while the node is not quorate.
    public CancellationTokenSource? Lost { get; } = lost;

    // Completes when a snapshot with another version is published. Snapshots of the same version share it.
    public TaskCompletionSource Replaced { get; } =
        replaced ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
}
