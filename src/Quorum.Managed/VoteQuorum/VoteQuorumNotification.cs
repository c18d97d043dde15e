namespace Quorum.Managed;

/// <summary>
/// What the daemon told a votequorum connection that tracks: <see cref="VoteQuorumChanged"/>,
/// <see cref="VoteQuorumExpectedVotesChanged"/> or <see cref="VoteQuorumNodeListChanged"/>.
/// </summary>
/// <remarks>Immutable; safe to keep and to share between threads.</remarks>
public abstract record VoteQuorumNotification
{
    private protected VoteQuorumNotification(ulong context) => Context = context;

    /// <summary>The number that was given to <see cref="VoteQuorumConnection.TrackStart"/>.</summary>
    public ulong Context { get; }
}
