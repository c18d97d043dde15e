namespace Quorum.Managed.Protocol;

/// <summary>The ids of the quorum service's events.</summary>
/// <remarks>Source: protocol-docs/quorum-messages.md, "Events".</remarks>
public static class QuorumEventIds
{
    /// <summary>To connections of model V0: <see cref="QuorumChangedV0Event"/>.</summary>
    public const int QuorumChangedV0 = 3;

    /// <summary>To connections of model V1: <see cref="QuorumChangedEvent"/>.</summary>
    public const int QuorumChanged = 6;

    /// <summary>To connections of model V1: <see cref="NodeListChangedEvent"/>.</summary>
    public const int NodeListChanged = 7;
}
