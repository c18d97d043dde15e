namespace Quorum.Managed.Tests;

// Events as a daemon writes them, byte by byte: protocol-docs/quorum-messages.md, "Events".
internal static class EventBytes
{
    // Quorate on ring 1.d, members 1 2 3.
    public static byte[] Quorum => Bytes(
        "06000000 00000000 44000000 00000000 01000000 00000000",
        "01000000 00000000 01000000 00000000 0d00000000000000",
        "03000000 01000000 02000000 03000000 00000000");

    // Ring 1.11, members 1 2, left 3.
    public static byte[] NodeList => Bytes(
        "07000000 00000000 4c000000 00000000 01000000 00000000",
        "01000000 00000000 1100000000000000",
        "02000000 00000000 00000000 00000000 01000000",
        "01000000 02000000 03000000 00000000");

    // Inquorate on a ring with number 21, member 3.
    public static byte[] V0 => Bytes(
        "03000000 00000000 34000000 00000000 01000000 00000000",
        "00000000 00000000 1500000000000000 01000000 03000000 00000000");

    public static byte[] Bytes(params string[] hex) => Convert.FromHexString(string.Concat(hex).Replace(" ", "", StringComparison.Ordinal));

    // A copy with one number written over.
    public static byte[] With(this byte[] message, int offset, uint value)
    {
        byte[] copy = [.. message];
        BitConverter.TryWriteBytes(copy.AsSpan(offset), value);
        return copy;
    }
}
