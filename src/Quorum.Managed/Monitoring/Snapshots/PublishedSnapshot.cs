namespace Quorum.Managed;

// A snapshot together with the signals that belong to it. Immutable, so that a reader gets all of them with one read.
internal sealed class PublishedSnapshot(
    QuorumSnapshot snapshot,
    QuoratePeriod? period,
    QuoratePeriod? ended = null,
    TaskCompletionSource? replaced = null)
{
    public QuorumSnapshot Snapshot { get; } = snapshot;

    // Null while the node is not quorate.
    public QuoratePeriod? Period { get; } = period;

    // The quorate period before this snapshot, if the cancellation of its tokens may still be under way.
    public QuoratePeriod? Ended { get; } = ended is { HasEnded: false } ? ended : null;

    // Completes when a snapshot with another version is published. Snapshots of the same version share it.
    public TaskCompletionSource Replaced { get; } =
        replaced ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    // Whoever is told that this node is not quorate must find the tokens cancelled. Other threads cancel them, at once.
    public PublishedSnapshot WaitForLoss()
    {
        SpinWait spin = default;
        while (Ended is { HasEnded: false })
        {
            spin.SpinOnce();
        }

        return this;
    }
}
