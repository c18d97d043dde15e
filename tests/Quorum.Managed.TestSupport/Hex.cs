namespace Quorum.Managed.TestSupport;

/// <summary>Literal bytes in tests.</summary>
public static class Hex
{
    /// <summary>
    /// The bytes of a hexadecimal dump, in the order of memory. Blanks and line ends separate nothing. A <c>;</c>
    /// begins a comment up to the end of its line.
    /// </summary>
    public static byte[] Bytes(params ReadOnlySpan<string> dump)
    {
        IEnumerable<string> lines = string.Join('\n', dump).Split('\n').Select(static line => line.Split(';')[0]);
        return Convert.FromHexString(string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
    }
}
