namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>
/// The one list of the differences between QuorumConnection and libquorum that are deliberate. A difference that a
/// scenario can meet has a rule, by which the comparison lets it pass. protocol-docs/differences.md has the same names
/// with the reasons; a test compares the two.
/// </summary>
internal static class DeliberateDifferences
{
    public static IReadOnlyList<Difference> All { get; } =
    [
        new(
            "finalize-twice",
            static r => r.Step.Verb == "finalize" && r.WasFinalized && r.Native == "BadHandle" && r.Managed == "Ok"),
        new(
            "events-before-death",
            static r => r.Step.Verb == "dispatch" && r.DaemonIsGone && r.Native == "Library" && r.NativeLog.Count == 0),
        new("death-seen-at-once"),
        new("poll-sees-death"),
        new("poll-descriptor"),
        new("finalize-wakes"),
        new("deadlines"),
        new("starting-daemon"),
        new("thread-safety"),
        new("callback-exceptions"),
        new("null-pointers"),
        new("trusted-listener"),
        new("endpoints"),
        new("small-rings"),
        new("corosync-2"),
        new("corosync-3-0"),
        new("malformed-messages"),
    ];

    public static Difference? Explain(StepResult result) =>
        All.FirstOrDefault(difference => difference.Applies?.Invoke(result) == true);

    internal sealed record Difference(string Name, Func<StepResult, bool>? Applies = null);
}
