namespace Quorum.Managed;

// The totem time-outs that the daemon uses. Hold is how long an idle ring keeps the token at one node.
internal readonly record struct TokenTiming(TimeSpan Token, TimeSpan Consensus, TimeSpan Retransmit, TimeSpan Hold);
