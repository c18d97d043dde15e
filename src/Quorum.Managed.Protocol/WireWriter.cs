using System.Runtime.InteropServices;
using System.Text;

namespace Quorum.Managed.Protocol;

/// <summary>Bounds-checked writes of one message, in native byte order. Bytes that are not written are zero.</summary>
internal readonly ref struct WireWriter
{
    private readonly Span<byte> _bytes;

    /// <summary>
    /// Takes the first <paramref name="size"/> bytes of <paramref name="destination"/> and clears them.
    /// </summary>
    public WireWriter(Span<byte> destination, int size)
    {
        if (destination.Length < size)
        {
            Throw.DestinationTooSmall(nameof(destination), size, destination.Length);
        }

        _bytes = destination[..size];
        _bytes.Clear();
    }

    /// <summary>Begins a request: its header is written.</summary>
    public static WireWriter ForRequest(Span<byte> destination, int id, int size)
    {
        WireWriter writer = new(destination, size);
        writer.Int32(HeaderLayout.Id, id);
        writer.Int32(HeaderLayout.Size, size);
        return writer;
    }

    /// <summary>Begins a response or an event: its header is written.</summary>
    public static WireWriter ForResponse(Span<byte> destination, int id, int size, CorosyncError error)
    {
        WireWriter writer = ForRequest(destination, id, size);
        writer.Int32(HeaderLayout.Error, (int)error);
        return writer;
    }

    /// <summary>The message's size.</summary>
    public int Length => _bytes.Length;

    public void Int32(int offset, int value) => MemoryMarshal.Write(_bytes[offset..], in value);

    public void UInt32(int offset, uint value) => MemoryMarshal.Write(_bytes[offset..], in value);

    public void Int64(int offset, long value) => MemoryMarshal.Write(_bytes[offset..], in value);

    public void UInt64(int offset, ulong value) => MemoryMarshal.Write(_bytes[offset..], in value);

    public void Quorate(int offset, bool value) => UInt32(offset, value ? 1u : 0u);

    /// <summary>Writes a list without its count; returns the offset behind it.</summary>
    public int Nodes(int offset, ReadOnlySpan<NodeId> nodes)
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(nodes);
        bytes.CopyTo(_bytes[offset..]);
        return offset + bytes.Length;
    }

    public void Byte(int offset, byte value) => _bytes[offset] = value;

    public void Bytes(int offset, ReadOnlySpan<byte> value) => value.CopyTo(_bytes[offset..]);

    /// <summary>
    /// Writes a name shorter than <see cref="HandshakeLayout.NameCapacity"/>. The NUL is there already.
    /// </summary>
    public void Name(int offset, string name, string parameter) =>
        Name(offset, HandshakeLayout.NameCapacity, name, parameter);

    /// <summary>Writes a name shorter than its field. The NUL is there already.</summary>
    public void Name(int offset, int capacity, string name, string parameter)
    {
        if (name.Contains('\0', StringComparison.Ordinal))
        {
            Throw.BadName(parameter, "A name cannot contain a NUL.");
        }

        if (Encoding.UTF8.GetByteCount(name) >= capacity)
        {
            Throw.BadName(parameter, $"A name and its NUL must fit into {capacity} bytes.");
        }

        Encoding.UTF8.GetBytes(name, _bytes.Slice(offset, capacity));
    }
}
