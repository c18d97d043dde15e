namespace Quorum.Managed;

// What the daemon's statistics say about its totem token. A daemon whose GatherEntered and OperationalEntered differ is
// forming a ring.
internal readonly record struct TokenState(ulong Received, ulong GatherEntered, ulong OperationalEntered)
{
    public bool IsForming => GatherEntered != OperationalEntered;
}
