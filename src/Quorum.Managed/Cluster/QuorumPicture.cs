using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// What the quorum service tells, in one snapshot of its own.
internal sealed record QuorumPicture(bool Quorate, QuorumType Type, RingId? RingId, NodeList Members);
