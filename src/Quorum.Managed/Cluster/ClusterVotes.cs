using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>The votes of the partition that this node is in. Immutable.</summary>
/// <param name="Expected">The expected votes, as this node has them.</param>
/// <param name="HighestExpected">The highest expected votes that any member has.</param>
/// <param name="Total">The votes of the members, and of the quorum device if it casts them.</param>
/// <param name="Quorum">The votes that are needed.</param>
/// <param name="Flags">The flags, with bits that this library does not know.</param>
/// <param name="DeviceVotes">The votes of the quorum device; 0 when there is none.</param>
/// <param name="DeviceName">The name of the quorum device; empty when there is none.</param>
/// <remarks>
/// During a change of membership these are the values of before the change, quorate too: whether the node may act is
/// <see cref="ClusterView.Quorate"/>, or rather a <see cref="QuorumMonitor"/>. Source: votequorum_getinfo(3).
/// </remarks>
public sealed record ClusterVotes(
    uint Expected,
    uint HighestExpected,
    uint Total,
    uint Quorum,
    VoteQuorumFlags Flags,
    uint DeviceVotes,
    string DeviceName)
{
    internal static ClusterVotes Of(in VoteQuorumInfo info) => new(
        info.ExpectedVotes,
        info.HighestExpectedVotes,
        info.TotalVotes,
        info.Quorum,
        info.Flags,
        info.DeviceVotes,
        info.DeviceName ?? "");
}
