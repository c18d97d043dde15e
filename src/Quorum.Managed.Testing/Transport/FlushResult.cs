namespace Quorum.Managed.Testing;

// The result of sending queued events: whether any of them was sent, and whether something is left to send.
internal readonly record struct FlushResult(bool Sent, bool Remains);
