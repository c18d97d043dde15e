namespace Quorum.Managed.Interop.Tests;

/// <summary>A notification of a node's daemon, with the time at which a connection without a monitor read it.</summary>
internal sealed record LeaseNews(int Node, long Time, QuorumNotification Notification)
{
    /// <summary>Whether this is a node list without the given node.</summary>
    public bool Excludes(int node) =>
        Notification is NodeListChanged list && list.Members.All(member => member.Value != (uint)node);

    /// <summary>Whether this is a node list of the given nodes alone.</summary>
    public bool Lists(params IEnumerable<int> nodes) =>
        Notification is NodeListChanged list && list.Members.Select(member => (int)member.Value).SequenceEqual(nodes);
}
