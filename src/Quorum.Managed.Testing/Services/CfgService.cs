using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cfg;

namespace Quorum.Managed.Testing;

// cfg of one node: nodes and links. Nobody can ask it to stop, and so it asks nobody.
internal sealed class CfgService(NodeState node, SimulatedCluster cluster) : IService, IServiceSession
{
    public string Name => WireLimits.CfgServiceName;

    public int LargestAnswer => RingStatusResponse.Size;

    // It knows nothing of its clients.
    public IServiceSession Open(SimulatorConnection connection) => this;

    public int Answer(int requestId, ReadOnlySpan<byte> request, Span<byte> answer)
    {
        try
        {
            if (requestId == RingStatusRequest.Id)
            {
                return RingStatus().WriteTo(answer);
            }

            if (requestId == GetNodeAddressesRequest.Id)
            {
                return Addresses(GetNodeAddressesRequest.Read(request).NodeId).WriteTo(answer);
            }

            if (requestId == LocalGetRequest.Id)
            {
                return new LocalGetResponse(CorosyncError.Ok, node.Id).WriteTo(answer);
            }

            if (requestId == NodeStatusRequest.Id)
            {
                return Status(NodeStatusRequest.Read(request).NodeId).WriteTo(answer);
            }
        }
        catch (WireFormatException)
        {
            // The real daemon reads what else is in the ring.
        }

        return Track(requestId).WriteTo(answer);
    }

    public void Close()
    {
    }

    public void OnMembership(NodeId[] joined, NodeId[] left)
    {
    }

    public void OnQuorum()
    {
    }

    public void OnExpectedVotes()
    {
    }

    public void OnStarted()
    {
    }

    public void OnToken(bool comes)
    {
    }

    private static StatusResponse Track(int requestId)
    {
        if (requestId == CfgTrackStartRequest.Id)
        {
            return new StatusResponse(CfgTrackStartRequest.ResponseId, CorosyncError.Ok);
        }

        if (requestId == CfgTrackStopRequest.Id)
        {
            return new StatusResponse(CfgTrackStopRequest.ResponseId, CorosyncError.Ok);
        }

        return requestId == ReplyToShutdownRequest.Id
            ? new StatusResponse(ReplyToShutdownRequest.ResponseId, CorosyncError.Access)
            : StatusResponse.Refusal;
    }

    // One character a node, in the order of node ids: n is the own one, 1 is enabled, 3 is connected too.
    private RingStatusResponse RingStatus() => new(
        CorosyncError.Ok,
        [
            .. node.Addresses.Select((address, link) => (
                $"{link} {address}",
                string.Concat(cluster.Nodes.Select(id => StateOf(cluster.Find(id.Value), link))))),
        ]);

    private char StateOf(NodeState other, int link)
    {
        if (other == node)
        {
            return 'n';
        }

        return node.IsConnectedTo(other, link) ? '3' : '1';
    }

    private GetNodeAddressesResponse Addresses(NodeId id)
    {
        NodeId asked = id.Value == 0 ? node.Id : id;
        return cluster.Nodes.Contains(asked)
            ? new GetNodeAddressesResponse(CorosyncError.Ok, cluster.Find(asked.Value).Addresses)
            : new GetNodeAddressesResponse(CorosyncError.NotExist);
    }

    private NodeStatusResponse Status(NodeId id)
    {
        if (!cluster.Nodes.Contains(id))
        {
            return new NodeStatusResponse(CorosyncError.FailedOperation);
        }

        NodeState other = cluster.Find(id.Value);
        CfgLink[] links =
        [
            .. other.Addresses.Select((address, link) => new CfgLink(
                link,
                IsEnabled: true,
                node.IsConnectedTo(other, link),
                StatisticsMap.MtuOf(node, other),
                node.Addresses.ElementAtOrDefault(link)?.ToString() ?? "",
                address.ToString())),
        ];
        return new NodeStatusResponse(
            CorosyncError.Ok,
            new CfgNodeStatus(
                id, links.Any(static link => link.IsConnected), IsRemote: false, IsExternal: false, links));
    }
}
