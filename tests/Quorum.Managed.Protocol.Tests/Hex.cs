namespace Quorum.Managed.Protocol.Tests;

/// <summary>Literal bytes in tests: hexadecimal, little endian, as a dump shows them. What follows a <c>;</c> in a line is a comment.</summary>
internal static class Hex
{
    public static byte[] Bytes(string dump)
    {
        string digits = string.Concat(dump.Split('\n').Select(line => line.Split(';')[0])).Replace(" ", "", StringComparison.Ordinal);
        return Convert.FromHexString(digits);
    }

    public static NodeId[] Nodes(params uint[] ids) => [.. ids.Select(id => new NodeId(id))];
}
