namespace Quorum.Managed.Cli;

// Grace in nanoseconds. Strict: also a suspended command must be dead in time. Group: the command's own control group,
// null without one.
internal sealed record GuardOptions(long Grace, bool IsStrict, CommandGroup? Group);
