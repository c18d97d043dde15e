using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Keys in messages, and which of them can be sent.</summary>
internal static class CmapKeys
{
    /// <summary>Throws <see cref="ArgumentException"/> unless the key has 1 to 255 bytes and no NUL.</summary>
    public static string Checked(string key, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(key, parameter);
        return CheckedPrefix(key, parameter);
    }

    /// <summary>The same for a prefix, which may be empty: it is that of every key.</summary>
    public static string CheckedPrefix(string key, string parameter)
    {
        ArgumentNullException.ThrowIfNull(key, parameter);
        if (Encoding.UTF8.GetByteCount(key) > CmapLayout.LongestKey)
        {
            Throw.BadName(parameter, "A key has at most 255 bytes.");
        }

        if (key.Contains('\0', StringComparison.Ordinal))
        {
            Throw.BadName(parameter, "A key cannot contain a NUL.");
        }

        return key;
    }

    /// <summary>Writes a whole CMAP_GET request.</summary>
    public static int WriteGet(Span<byte> destination, string key, ulong room)
    {
        _ = Checked(key, nameof(key));
        WireWriter writer = WireWriter.ForRequest(destination, CmapLayout.Get, CmapLayout.GetRequestSize);
        writer.UInt64(CmapLayout.Room, room);
        WriteName(destination, CmapLayout.KeyLength, key);
        return writer.Length;
    }

    /// <summary>
    /// Writes a name that was checked into a cleared message: its length, and its text with at least one NUL.
    /// </summary>
    public static void WriteName(Span<byte> destination, int offset, string name)
    {
        Span<byte> text = destination.Slice(offset + CmapLayout.NameText, CmapLayout.LongestKey);
        ushort length = (ushort)Encoding.UTF8.GetBytes(name, text);
        MemoryMarshal.Write(destination[offset..], in length);
    }

    /// <summary>Reads a name as the daemon does: by its NUL, not by its length field.</summary>
    public static string ReadName(ReadOnlySpan<byte> source, int offset, string message)
    {
        ReadOnlySpan<byte> key = source.Slice(offset + CmapLayout.NameText, CmapLayout.NameCapacity);
        int length = key.IndexOf((byte)0);
        if (length < 0)
        {
            Throw.Malformed(message, "the key has no terminating NUL.");
        }

        if (!Utf8.IsValid(key[..length]))
        {
            Throw.Malformed(message, "the key is not UTF-8.");
        }

        return Encoding.UTF8.GetString(key[..length]);
    }
}
