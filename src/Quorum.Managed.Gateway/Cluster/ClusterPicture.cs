namespace Quorum.Managed.Gateway;

// The services around quorum as they were read last: shared by all who ask. Immutable.
internal sealed record ClusterPicture(ClusterView View, IReadOnlyList<LinkStatistics> Statistics)
{
    public static ClusterPicture Empty { get; } = new(new ClusterView(), []);
}
