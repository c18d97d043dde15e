using System.Runtime.InteropServices;
using System.Text;

namespace Quorum.Managed.Protocol.Cmap;

/// <summary>
/// Asks the cmap service whether a key exists, and for its value's type and length but not for the value.
/// </summary>
/// <param name="Key">The key, 1 to 255 bytes in UTF-8.</param>
/// <remarks>Source: cmap_get(3), protocol-docs/cmap-get.md, "CMAP_GET request".</remarks>
public readonly record struct CmapGetRequest(string Key) : IWireRequest<CmapGetResponse>
{
    /// <summary>
    /// A key that corosync 2.x has and newer versions do not have. A daemon that has it must not be sent
    /// <see cref="ModelGetTypeRequest"/>.
    /// </summary>
    public const string OldDaemonKey = "runtime.connections.active";

    /// <inheritdoc/>
    public static string Name => "cmap get";

    /// <inheritdoc/>
    public static int Id => CmapLayout.Get;

    /// <inheritdoc/>
    public static int Size => CmapLayout.RequestSize;

    /// <inheritdoc/>
    public static int ResponseId => CmapLayout.Get;

    /// <summary>Reads a request, as the daemon does: by the key's NUL, not by its length field.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, a wrong id or size in the header, or a key without a NUL.
    /// </exception>
    public static CmapGetRequest Read(ReadOnlySpan<byte> source)
    {
        _ = WireReader.ForRequest(source, "CMAP_GET request", Id, Size);
        ReadOnlySpan<byte> key = source[CmapLayout.Key..CmapLayout.Room];
        int length = key.IndexOf((byte)0);
        if (length < 0)
        {
            Throw.Malformed("CMAP_GET request", "the key has no terminating NUL.");
        }

        return new CmapGetRequest(Encoding.UTF8.GetString(key[..length]));
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        int length = Encoding.UTF8.GetByteCount(Key);
        if (length > CmapLayout.LongestKey)
        {
            Throw.BadName(nameof(Key), "A key has at most 255 bytes.");
        }

        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        ushort shortLength = (ushort)length;
        MemoryMarshal.Write(destination[CmapLayout.KeyLength..], in shortLength);
        Encoding.UTF8.GetBytes(Key, destination[CmapLayout.Key..]);
        return writer.Length;
    }
}
