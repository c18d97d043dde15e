namespace Quorum.Managed;

// What was read of one service, or why it was not.
internal readonly record struct PartResult<T>(ClusterPart Part, T? Value)
    where T : class;
