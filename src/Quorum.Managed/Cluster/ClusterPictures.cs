using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// Puts a view together from what the services told.
internal static class ClusterPictures
{
    public static ClusterView Join(
        DateTimeOffset taken,
        NodeId[] nodes,
        PartResult<QuorumPicture> quorum,
        PartResult<VotesPicture> votes,
        PartResult<ConfigurationPicture> configuration,
        PartResult<LinksPicture> links)
    {
        NodeId? local = links.Value?.LocalNode ?? configuration.Value?.LocalNode ?? votes.Value?.Own.NodeId;
        return new ClusterView
        {
            Taken = taken,
            ClusterName = configuration.Value?.ClusterName,
            Transport = configuration.Value?.Transport,
            LocalNode = local,
            Quorate = quorum.Value?.Quorate,
            QuorumType = quorum.Value?.Type,
            RingId = quorum.Value?.RingId,
            Votes = votes.Value is { } told ? ClusterVotes.Of(told.Own) : null,
            Nodes =
            [
                .. nodes.Select(id => NodeOf(
                    id, id == local, quorum.Value, votes.Value, configuration.Value, links.Value)),
            ],
            Parts = [quorum.Part, votes.Part, configuration.Part, links.Part],
        };
    }

    private static ClusterNode NodeOf(
        NodeId id,
        bool isLocal,
        QuorumPicture? quorum,
        VotesPicture? votes,
        ConfigurationPicture? configuration,
        LinksPicture? links)
    {
        ConfiguredNode? configured = configuration?.Nodes.GetValueOrDefault(id);
        CfgNodeStatus? status = links?.Nodes?.GetValueOrDefault(id);
        VoteQuorumInfo? info = votes is not null && votes.Nodes.TryGetValue(id, out VoteQuorumInfo found)
            ? found
            : null;
        return new ClusterNode
        {
            Id = id,
            IsLocal = isLocal,
            Name = configured?.Name,
            Addresses = links?.Addresses.GetValueOrDefault(id) is { } addresses
                ? [.. addresses.Select(static address => address.ToString())]
                : configured?.Addresses ?? [],
            Votes = info?.Votes,
            State = StateOf(id, quorum, votes, info),
            IsReachable = status is null ? null : isLocal || status.IsReachable,
            Links = status?.Links,
        };
    }

    // The quorum service decides: votequorum answers with old values while the membership changes.
    private static ClusterNodeState StateOf(
        NodeId id, QuorumPicture? quorum, VotesPicture? votes, VoteQuorumInfo? info)
    {
        if (quorum is not null && !quorum.Members.Contains(id))
        {
            return ClusterNodeState.Absent;
        }

        return info?.State switch
        {
            VoteQuorumNodeState.Leaving => ClusterNodeState.Leaving,
            _ when quorum is not null => ClusterNodeState.Member,
            VoteQuorumNodeState.Member => ClusterNodeState.Member,
            null when votes is null => ClusterNodeState.Unknown,
            _ => ClusterNodeState.Absent,
        };
    }
}
