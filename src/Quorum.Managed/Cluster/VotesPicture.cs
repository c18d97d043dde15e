using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// What votequorum tells, of the partition and of each node that it knows.
internal sealed record VotesPicture(VoteQuorumInfo Own, IReadOnlyDictionary<NodeId, VoteQuorumInfo> Nodes)
{
    public static async ValueTask<VotesPicture> ReadAsync(
        VoteQuorumConnection connection, NodeId[] nodes, CancellationToken cancellationToken)
    {
        VoteQuorumInfo own = await connection.GetInfoAsync(default, cancellationToken).ConfigureAwait(false)
            ?? throw QuorumErrors.Refused("votequorum getinfo", CorosyncError.NotExist);
        Dictionary<NodeId, VoteQuorumInfo> found = new() { [own.NodeId] = own };
        foreach (NodeId node in nodes.Where(node => node != own.NodeId))
        {
            if (await connection.GetInfoAsync(node, cancellationToken).ConfigureAwait(false) is { } info)
            {
                found[node] = info;
            }
        }

        return new VotesPicture(own, found);
    }
}
