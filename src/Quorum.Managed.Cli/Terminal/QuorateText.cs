namespace Quorum.Managed.Cli;

// The two answers in texts for people. JSON and metrics use QuorumStateNames.
internal static class QuorateText
{
    public static string Of(bool quorate) => quorate ? "quorate" : "not quorate";
}
