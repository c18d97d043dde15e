namespace Quorum.Managed;

// What one of the services around quorum told, or why it did not tell. It goes into snapshots and never decides a
// state.
internal abstract record PartReading(ClusterPart Part)
{
    public abstract QuorumSnapshot AddTo(QuorumSnapshot snapshot);
}
