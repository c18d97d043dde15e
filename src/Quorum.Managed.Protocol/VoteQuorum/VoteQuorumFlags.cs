namespace Quorum.Managed.Protocol;

/// <summary>
/// Flags of votequorum. Up to <see cref="AllowDownscale"/> they are of the daemon that was asked, the others of the
/// node asked about. A daemon can send other bits; they are kept.
/// </summary>
/// <remarks>Source: votequorum_getinfo(3), votequorum(5), protocol-docs/votequorum.md, "Flags".</remarks>
[Flags]
public enum VoteQuorumFlags : uint
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>One vote of two is enough (<c>two_node</c>). It implies <see cref="WaitForAll"/>.</summary>
    TwoNode = 1,

    /// <summary>
    /// The partition is quorate. During a change of membership this is the value of before the change: ask
    /// QuorumConnection whether the node may act.
    /// </summary>
    Quorate = 2,

    /// <summary>After a start there is no quorum until all nodes were seen (<c>wait_for_all</c>).</summary>
    WaitForAll = 4,

    /// <summary>Expected votes shrink when nodes are lost (<c>last_man_standing</c>).</summary>
    LastManStanding = 8,

    /// <summary>One half of an even split stays quorate (<c>auto_tie_breaker</c>).</summary>
    AutoTieBreaker = 16,

    /// <summary>Expected votes shrink when nodes leave in order (<c>allow_downscale</c>).</summary>
    AllowDownscale = 32,

    /// <summary>A quorum device is registered on the node.</summary>
    DeviceRegistered = 64,

    /// <summary>The node's quorum device is alive.</summary>
    DeviceAlive = 128,

    /// <summary>The node's quorum device casts its vote.</summary>
    DeviceCastsVote = 256,

    /// <summary>The node's quorum device wins against any number of nodes (<c>master_wins</c>).</summary>
    DeviceMasterWins = 512,
}
