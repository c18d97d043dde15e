namespace Quorum.Managed;

// The words for a state, the same in snapshots, in metrics and in the output of the quorum command.
internal static class QuorumStateNames
{
    public static string NameOf(QuorumState state) => state switch
    {
        QuorumState.Quorate => "quorate",
        QuorumState.Inquorate => "inquorate",
        _ => "unknown",
    };
}
