namespace Quorum.Managed.Protocol;

/// <summary>Checks of lists before they are written.</summary>
internal static class NodeLists
{
    /// <summary>Refuses a list that is longer than any cluster.</summary>
    public static void Check(ReadOnlySpan<NodeId> nodes, string parameter)
    {
        if (nodes.Length > WireLimits.MaxNodes)
        {
            Throw.ListTooLong(parameter, nodes.Length);
        }
    }
}
