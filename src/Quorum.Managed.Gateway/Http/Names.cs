using Quorum.Managed.Protocol;

namespace Quorum.Managed.Gateway;

// Enumerations as JSON, labels and file contents have them: camelCase.
internal static class Names
{
    public static string Of(QuorumState state) => Camel(state.ToString());

    public static string Of(QuorumUnknownReason reason) => Camel(reason.ToString());

    public static string Of(QuorumBasis basis) => Camel(basis.ToString());

    public static string Of(ClusterNodeState state) => Camel(state.ToString());

    public static string Of(ClusterPartKind kind) => Camel(kind.ToString());

    // Bits without a name stay as a number.
    public static IEnumerable<string> Of(VoteQuorumFlags flags) => flags == VoteQuorumFlags.None
        ? []
        : flags.ToString().Split(", ").Select(Camel);

    private static string Camel(string name) => string.Concat(name[..1].ToLowerInvariant(), name.AsSpan(1));
}
