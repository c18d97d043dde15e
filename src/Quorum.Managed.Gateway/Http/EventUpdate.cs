namespace Quorum.Managed.Gateway;

// The newest event of each kind, in the form of server-sent events. Immutable but for the signal of the next.
internal sealed record EventUpdate(long StatusNumber, byte[] Status, long HeartbeatNumber, byte[] Heartbeat)
{
    public bool IsLast { get; init; }

    public TaskCompletionSource Next { get; init; } = NewSource();

    public static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
