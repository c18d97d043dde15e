namespace Quorum.Managed;

// A snapshot together with the signals that belong to it. Immutable, so that a reader gets all of them with one read.
internal sealed class PublishedSnapshot(
    QuorumSnapshot snapshot,
    CancellationTokenSource? lost,
    CancellationTokenSource? ended = null,
    TaskCompletionSource? replaced = null)
{
    public QuorumSnapshot Snapshot { get; } = snapshot;

    // Cancelled at the end of the quorate period. Null while the node is not quorate.
    public CancellationTokenSource? Lost { get; } = lost;

    // The token of the quorate period before this snapshot, if its cancellation may still be under way.
    public CancellationTokenSource? Ended { get; } = ended is { IsCancellationRequested: false } ? ended : null;

    // Completes when a snapshot with another version is published. Snapshots of the same version share it.
    public TaskCompletionSource Replaced { get; } =
        replaced ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    // Whoever is told that this node is not quorate must find the token cancelled. Another thread cancels it, at once.
    public PublishedSnapshot WaitForLoss()
    {
        SpinWait spin = default;
        while (Ended is { IsCancellationRequested: false })
        {
            spin.SpinOnce();
        }

        return this;
    }
}
