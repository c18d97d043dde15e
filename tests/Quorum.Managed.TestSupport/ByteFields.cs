using System.Runtime.InteropServices;
using System.Text;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// Builds and reads messages field by field. Numbers have the machine's byte order, as on libqb's wire.
/// </summary>
public static class ByteFields
{
    /// <summary>Writes a number at an offset, and returns the same array.</summary>
    public static byte[] Put<T>(this byte[] message, int offset, T value)
        where T : unmanaged
    {
        MemoryMarshal.Write(message.AsSpan(offset), in value);
        return message;
    }

    /// <summary>Writes a text in UTF-8 at an offset, without a terminating NUL, and returns the same array.</summary>
    public static byte[] Put(this byte[] message, int offset, string text)
    {
        Encoding.UTF8.GetBytes(text, message.AsSpan(offset));
        return message;
    }

    /// <summary>Writes numbers one after the other from an offset on, and returns the same array.</summary>
    public static byte[] Put<T>(this byte[] message, int offset, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        MemoryMarshal.AsBytes(values).CopyTo(message.AsSpan(offset));
        return message;
    }

    /// <summary>A copy in which one number is another.</summary>
    public static byte[] With<T>(this byte[] message, int offset, T value)
        where T : unmanaged => ((byte[])message.Clone()).Put(offset, value);

    /// <summary>The number at an offset.</summary>
    public static T Get<T>(this byte[] message, int offset)
        where T : unmanaged => MemoryMarshal.Read<T>(message.AsSpan(offset));
}
