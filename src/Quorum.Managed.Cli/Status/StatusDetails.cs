using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// What status adds to its answer if the daemon's other services tell it. What they do not tell is null or missing.
internal sealed record StatusDetails
{
    public string? ClusterName { get; init; }

    public VoteQuorumInfo? Votes { get; init; }

    public IReadOnlyList<StatusNode> Nodes { get; init; } = [];
}
