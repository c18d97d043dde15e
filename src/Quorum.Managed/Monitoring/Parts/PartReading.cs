namespace Quorum.Managed;

// What one of the services around quorum told, or why it did not tell. It goes into snapshots and never decides a
// state.
internal abstract record PartReading(ClusterPart Part)
{
    public abstract QuorumSnapshot AddTo(QuorumSnapshot snapshot);

    // Whether another reading tells the same. The time does not count. Each attempt to connect makes a new exception.
    public abstract bool Repeats(PartReading? other);

    public static bool AreSame(ClusterPart? one, ClusterPart? other) =>
        one?.IsMissing == other?.IsMissing
        && string.Equals(one?.Error?.Message, other?.Error?.Message, StringComparison.Ordinal);
}
