using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// Copies an event message into an object that may be kept.
internal static class NotificationReader
{
    public static QuorumNotification Read(ReadOnlySpan<byte> message)
    {
        int id = WireMessage.ReadId(message);
        switch (id)
        {
            case EventIds.QuorumV1:
                QuorumNotificationV1 quorum = QuorumNotificationV1.Read(message);
                return new QuorumChanged(quorum.Quorate, quorum.RingId, NodeList.Create(quorum.Members));
            case EventIds.NodeListV1:
                NodeListNotification list = NodeListNotification.Read(message);
                return new NodeListChanged(list.RingId, NodeList.Create(list.Members), NodeList.Create(list.Joined), NodeList.Create(list.Left));
            case EventIds.NotificationV0:
                QuorumNotificationV0 old = QuorumNotificationV0.Read(message);
                return new QuorumChangedV0(old.Quorate, old.RingSequence, NodeList.Create(old.Members));
            default:
                throw UnknownEvent(id);
        }
    }

    public static WireFormatException UnknownEvent(int id) => new($"The event has the unknown id {id}.");
}
