namespace Quorum.Managed.Interop.Tests;

/// <summary>What happens to a cluster whose nodes have leases.</summary>
public enum LeasedFault
{
    /// <summary>A daemon is stopped, excluded and continued.</summary>
    Stop,

    /// <summary>A daemon is killed.</summary>
    Kill,

    /// <summary>A daemon ends in order, and tells the others.</summary>
    Leave,

    /// <summary>Some nodes, fewer than half, are cut off.</summary>
    Cut,

    /// <summary>What a node sends is lost.</summary>
    SendingCut,

    /// <summary>What is sent to a node is lost.</summary>
    ReceivingCut,

    /// <summary>A node is cut off, and another daemon is killed while the rest forms its ring.</summary>
    KillMeanwhile,

    /// <summary>A node is cut off, and the cut ends while the rest forms its ring.</summary>
    HealMeanwhile,

    /// <summary>Two nodes are cut off, and a third leaves in order at the same time: no time-out comes first.</summary>
    LeaveMeanwhile,

    /// <summary>A node alone hears the others and is not heard; then it is heard by all but one.</summary>
    Handover,

    /// <summary>A node is stopped, cut off, excluded and continued: it answers from the past.</summary>
    Wake,

    /// <summary>The same, with a node back meanwhile that the old ring of the woken one did not have.</summary>
    WakeAgainstReturned,

    /// <summary>A node is cut off while all processors are busy.</summary>
    CutUnderLoad,
}
