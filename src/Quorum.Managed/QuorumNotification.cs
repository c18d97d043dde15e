namespace Quorum.Managed;

/// <summary>Something the daemon told a connection that tracks: <see cref="QuorumChanged"/>, <see cref="NodeListChanged"/>, or with model V0 <see cref="QuorumChangedV0"/>.</summary>
/// <remarks>Immutable; safe to keep and to share between threads.</remarks>
public abstract record QuorumNotification
{
    private protected QuorumNotification()
    {
    }
}
