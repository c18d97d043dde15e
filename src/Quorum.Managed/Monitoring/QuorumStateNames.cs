namespace Quorum.Managed;

// The words for a state and its basis, the same in snapshots, in metrics and in the output of the quorum command.
internal static class QuorumStateNames
{
    public static string NameOf(QuorumState state) => state switch
    {
        QuorumState.Quorate => "quorate",
        QuorumState.Inquorate => "inquorate",
        _ => "unknown",
    };

    public static string NameOf(QuorumBasis basis) => basis switch
    {
        QuorumBasis.TokenCounter => "tokenCounter",
        QuorumBasis.Timing => "timing",
        QuorumBasis.Fixed => "fixed",
        _ => "none",
    };
}
