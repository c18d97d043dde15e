using Quorum.Managed.Protocol;

namespace Quorum.Managed;

internal sealed record NamesReading(ClusterPart Part, IReadOnlyDictionary<NodeId, string>? Names) : PartReading(Part)
{
    public override QuorumSnapshot AddTo(QuorumSnapshot snapshot) =>
        snapshot with { Names = Names, NamesPart = Part };
}
