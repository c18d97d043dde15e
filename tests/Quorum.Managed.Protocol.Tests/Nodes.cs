namespace Quorum.Managed.Protocol.Tests;

/// <summary>Lists of node ids.</summary>
internal static class Nodes
{
    public static NodeId[] Of(params uint[] ids) => [.. ids.Select(static id => new NodeId(id))];
}
