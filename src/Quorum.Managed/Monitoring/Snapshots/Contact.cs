namespace Quorum.Managed;

// The sending of the last request that was answered in time. The wall clock is for display only.
internal readonly record struct Contact(long At, DateTimeOffset Utc);
