namespace Quorum.Managed.Cli;

// A text of the demo's story, and the last quorum notification before the next text.
internal sealed record DemoStep(TimeSpan At, string Text, QuorumChanged? Notified = null);
