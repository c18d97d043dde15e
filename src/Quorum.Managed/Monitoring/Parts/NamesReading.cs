using Quorum.Managed.Protocol;

namespace Quorum.Managed;

internal sealed record NamesReading(ClusterPart Part, IReadOnlyDictionary<NodeId, string>? Names) : PartReading(Part)
{
    public override QuorumSnapshot AddTo(QuorumSnapshot snapshot) =>
        snapshot with { Names = Names, NamesPart = Part };

    public override bool Repeats(PartReading? other) =>
        other is NamesReading reading && AreSame(Names, reading.Names) && AreSame(Part, reading.Part);

    public static bool AreSame(IReadOnlyDictionary<NodeId, string>? one, IReadOnlyDictionary<NodeId, string>? other) =>
        ReferenceEquals(one, other) || (one is not null && other is not null && one.SequenceEqual(other));
}
