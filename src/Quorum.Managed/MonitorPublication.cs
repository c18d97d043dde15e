namespace Quorum.Managed;

// What readers of a monitor see, in one piece. Replaced completes when a change follows; confirmations hand it on.
internal sealed class MonitorPublication(QuorumSnapshot snapshot, CancellationTokenSource? lost, TaskCompletionSource? replaced = null)
{
    public QuorumSnapshot Snapshot { get; } = snapshot;

    // Of the quorate period; null when not quorate.
    public CancellationTokenSource? Lost { get; } = lost;

    public TaskCompletionSource Replaced { get; } = replaced ?? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
}
