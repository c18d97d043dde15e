namespace Quorum.Managed.Interop.Tests;

/// <summary>What happens to the links of a node whose daemon is stopped.</summary>
public enum LeaseLinks
{
    /// <summary>The links stay up: the daemon finds queued packets, and can reach the others when it wakes.</summary>
    Up,

    /// <summary>The node is cut off as soon as its daemon has stopped.</summary>
    Cut,

    /// <summary>The node is cut off after its exclusion: the daemon finds queued packets, and reaches nobody.</summary>
    CutLate,

    /// <summary>What the node sends is lost, from the moment at which its daemon has stopped.</summary>
    SendingCut,

    /// <summary>What is sent to the node is lost, from the moment at which its daemon has stopped.</summary>
    ReceivingCut,
}
