using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// A node that is configured or a member. What is not known of it is null.
internal sealed class StatusNode
{
    public NodeId Id { get; set; }

    public string? Name { get; set; }

    public uint? Votes { get; set; }

    public ClusterNodeState State { get; set; }
}
