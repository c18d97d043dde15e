namespace Quorum.Managed;

/// <summary>
/// How a <see cref="VoteQuorumConnection"/> reaches the daemon and what it calls. Immutable; checked when a connection
/// is made.
/// </summary>
public sealed record VoteQuorumConnectionOptions : CorosyncConnectionOptions
{
    /// <summary>
    /// What <see cref="VoteQuorumConnection.Dispatch"/> calls. Defaults to <see langword="null"/>. Not needed to read
    /// notifications otherwise.
    /// </summary>
    public VoteQuorumCallbacks? Callbacks { get; init; }

    internal static VoteQuorumConnectionOptions Default { get; } = new();
}
