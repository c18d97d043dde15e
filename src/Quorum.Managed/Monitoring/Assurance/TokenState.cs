namespace Quorum.Managed;

// What the daemon's statistics say about its totem token. GatherEntered and OperationalEntered tell rings apart: they
// stay while a ring lasts, and grow while another one is being formed. Their difference means nothing, since a daemon
// may begin to gather several times before a ring stands.
internal readonly record struct TokenState(ulong Received, ulong GatherEntered, ulong OperationalEntered)
{
    public bool IsSameRing(TokenState other) =>
        GatherEntered == other.GatherEntered && OperationalEntered == other.OperationalEntered;
}
