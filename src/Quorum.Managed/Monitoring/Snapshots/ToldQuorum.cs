using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// A quorum notification of either model. RingId is null with model V0, which does not tell the node in it.
internal readonly record struct ToldQuorum(bool Quorate, RingId? RingId, ulong RingSequence, NodeList Members)
{
    public static ToldQuorum Of(QuorumChanged quorum) =>
        new(quorum.Quorate, quorum.RingId, quorum.RingId.Sequence, quorum.Members);

    public static ToldQuorum Of(QuorumChangedV0 quorum) =>
        new(quorum.Quorate, null, quorum.RingSequence, quorum.Members);
}
