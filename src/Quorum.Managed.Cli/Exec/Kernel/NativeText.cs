using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// Strings and vectors of strings as execve(2) takes them. Never freed: they live as long as the process.
internal static unsafe class NativeText
{
    // A copy that ends with a zero byte, and has room for more bytes before it.
    public static byte* Copy(ReadOnlySpan<byte> text, int room = 0)
    {
        byte* copy = (byte*)NativeMemory.AllocZeroed((nuint)(text.Length + room + 1));
        text.CopyTo(new Span<byte>(copy, text.Length));
        return copy;
    }

    public static byte** Vector(IReadOnlyList<byte[]> texts)
    {
        byte** vector = Vector(texts.Count);
        for (int i = 0; i < texts.Count; i++)
        {
            vector[i] = Copy(texts[i]);
        }

        return vector;
    }

    // Ends with a null pointer.
    public static byte** Vector(int count) =>
        (byte**)NativeMemory.AllocZeroed((nuint)count + 1, (nuint)sizeof(byte*));

    // The strings of a block in which each ends with a zero byte.
    public static List<byte[]> Split(ReadOnlySpan<byte> block)
    {
        List<byte[]> texts = [];
        while (!block.IsEmpty)
        {
            int end = block.IndexOf((byte)0);
            end = end < 0 ? block.Length : end;
            texts.Add(block[..end].ToArray());
            block = block[Math.Min(end + 1, block.Length)..];
        }

        return texts;
    }
}
