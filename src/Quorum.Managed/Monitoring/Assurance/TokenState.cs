namespace Quorum.Managed;

// What the daemon's statistics say about its totem token. The three numbers of entries tell rings apart: they stay
// while a ring lasts, and grow while another one is being formed. Their differences mean nothing, since a daemon may
// begin to gather or to commit several times before a ring stands.
internal readonly record struct TokenState(
    ulong Received, ulong GatherEntered, ulong CommitEntered, ulong OperationalEntered)
{
    public bool IsSameRing(TokenState other) =>
        GatherEntered == other.GatherEntered
        && CommitEntered == other.CommitEntered
        && OperationalEntered == other.OperationalEntered;
}
