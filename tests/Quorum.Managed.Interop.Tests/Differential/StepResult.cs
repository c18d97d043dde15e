namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The outcome of one step on each side.</summary>
internal sealed record StepResult(
    Step Step,
    bool WasFinalized,
    bool DaemonIsGone,
    string Native,
    string Managed,
    IReadOnlyList<string> NativeLog,
    IReadOnlyList<string> ManagedLog)
{
    public bool IsEqual => Native == Managed && NativeLog.SequenceEqual(ManagedLog, StringComparer.Ordinal);

    public override string ToString() => IsEqual
        ? $"  {Step} -> {Native}{Lines(NativeLog)}"
        : $"  {Step}\n    libquorum: {Native}{Lines(NativeLog)}\n    managed:   {Managed}{Lines(ManagedLog)}";

    private static string Lines(IReadOnlyList<string> log) =>
        log.Count == 0 ? "" : "  {" + string.Join("; ", log) + "}";
}
