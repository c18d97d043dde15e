using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// The bytes of one event of the quorum service, for each model. They are written once and sent to every client that
// tracks.
internal readonly record struct EventMessages(byte[] V1, byte[]? V0)
{
    public byte[]? For(QuorumModel model) => model == QuorumModel.V1 ? V1 : V0;

    // Model V0 has no node list events.
    public static EventMessages NodeListChanged(
        RingId ring, ReadOnlySpan<NodeId> members, ReadOnlySpan<NodeId> joined, ReadOnlySpan<NodeId> left)
    {
        byte[] v1 = new byte[NodeListChangedEvent.SizeOf(members.Length, joined.Length, left.Length)];
        new NodeListChangedEvent(ring, members, joined, left).WriteTo(v1);
        return new EventMessages(v1, V0: null);
    }

    public static EventMessages QuorumChanged(bool quorate, RingId ring, ReadOnlySpan<NodeId> members)
    {
        byte[] v1 = new byte[QuorumChangedEvent.SizeOf(members.Length)];
        new QuorumChangedEvent(quorate, ring, members).WriteTo(v1);
        byte[] v0 = new byte[QuorumChangedV0Event.SizeOf(members.Length)];
        new QuorumChangedV0Event(quorate, ring.Sequence, members).WriteTo(v0);
        return new EventMessages(v1, v0);
    }
}
