using System.Globalization;
using Quorum.Managed.Gateway.Tests;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Starts gateways in nodes. A socket file is reached from outside the node, too.</summary>
internal static class NodeGateway
{
    public static async Task<GatewayProcess> StartAsync(
        CorosyncCluster cluster, int node, string folder, params string[] arguments)
    {
        string socket = string.Create(CultureInfo.InvariantCulture, $"unix:{folder}/{node}.socket");
        return await GatewayProcess.StartAsync(cluster.Node(node).Start(
            [GatewayProcess.Program, "--listen", socket, "--interval", "200ms", .. arguments]));
    }
}
