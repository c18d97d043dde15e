using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// A link from this node to another. isTested: whether corosync finds out if the other end answers.
internal sealed record LinkLine(NodeId Node, string? Name, CfgLink Link, bool IsTested)
{
    // Null if not known: a transport that does not test its links calls them connected until the node is lost.
    public bool? IsConnected => !Link.IsConnected ? false : IsTested ? true : null;

    public bool IsDown => !Link.IsEnabled || IsConnected == false;

    // The own node is left out: it has no links to itself.
    public static IEnumerable<LinkLine> Of(ClusterView view, bool isTested) =>
        from node in view.Nodes
        where !node.IsLocal
        from link in node.Links ?? []
        orderby node.Id.Value, link.Number
        select new LinkLine(node.Id, node.Name, link, isTested);
}
