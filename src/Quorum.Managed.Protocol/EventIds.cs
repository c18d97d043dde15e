namespace Quorum.Managed.Protocol;

/// <summary>The ids of the events of the quorum service.</summary>
/// <remarks>Source: protocol-docs/quorum-messages.md, "Events".</remarks>
public static class EventIds
{
    /// <summary>To connections of model V0: <see cref="QuorumNotificationV0"/>.</summary>
    public const int NotificationV0 = 3;

    /// <summary>To connections of model V1: <see cref="QuorumNotificationV1"/>.</summary>
    public const int QuorumV1 = 6;

    /// <summary>To connections of model V1: <see cref="NodeListNotification"/>.</summary>
    public const int NodeListV1 = 7;
}
