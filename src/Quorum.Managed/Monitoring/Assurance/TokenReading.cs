namespace Quorum.Managed;

// One attempt to read the token's state, sent at SentAt and over at ReceivedAt. State is null if it failed, and Error
// says why. IsUnavailable: this daemon offers no such statistics.
internal readonly record struct TokenReading(
    TokenState? State, bool IsUnavailable, long SentAt, long ReceivedAt, Exception? Error = null);
