using System.Net;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// What cfg tells of the nodes. Old daemons tell the addresses and not the links.
internal sealed record LinksPicture(
    NodeId LocalNode,
    IReadOnlyDictionary<NodeId, IReadOnlyList<IPAddress>> Addresses,
    IReadOnlyDictionary<NodeId, CfgNodeStatus>? Nodes,
    QuorumException? Problem) : IPartialPicture
{
    public static async ValueTask<LinksPicture> ReadAsync(
        CfgConnection connection, NodeId[] nodes, CancellationToken cancellationToken)
    {
        NodeId local = await connection.GetLocalNodeIdAsync(cancellationToken).ConfigureAwait(false);
        Dictionary<NodeId, IReadOnlyList<IPAddress>> addresses = [];
        Dictionary<NodeId, CfgNodeStatus> states = [];
        QuorumException? problem = null;
        foreach (NodeId node in nodes)
        {
            if (await connection.GetNodeAddressesAsync(node, cancellationToken).ConfigureAwait(false) is { } found)
            {
                addresses[node] = found;
            }

            try
            {
                if (problem is null
                    && await connection.GetNodeStatusAsync(node, cancellationToken).ConfigureAwait(false) is { } status)
                {
                    states[node] = status;
                }
            }
            catch (QuorumException e) when (e.Error == CorosyncError.NotSupported)
            {
                problem = e;
            }
        }

        return new LinksPicture(local, addresses, problem is null ? states : null, problem);
    }
}
