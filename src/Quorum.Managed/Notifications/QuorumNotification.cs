namespace Quorum.Managed;

/// <summary>
/// What the daemon told a connection that tracks: <see cref="QuorumChanged"/> or <see cref="NodeListChanged"/>, and
/// <see cref="QuorumChangedV0"/> with model V0.
/// </summary>
/// <remarks>Immutable; safe to keep and to share between threads.</remarks>
public abstract record QuorumNotification
{
    private protected QuorumNotification()
    {
    }
}
