namespace Quorum.Managed.Cli.Simulating;

// One part of the story, and the last quorum notification that came of it.
internal sealed record DemoLine(TimeSpan At, string Text, QuorumChanged? Seen = null);
