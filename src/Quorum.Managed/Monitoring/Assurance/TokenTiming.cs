namespace Quorum.Managed;

// The totem time-outs that the daemon uses.
internal readonly record struct TokenTiming(TimeSpan Token, TimeSpan Consensus, TimeSpan Retransmit);
