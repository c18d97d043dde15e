using System.Runtime.InteropServices;
using System.Text;

namespace Quorum.Managed.Protocol;

/// <summary>
/// Bounds-checked reads, in native byte order, from one message. Only <see cref="WireFormatException"/> escapes.
/// </summary>
internal readonly ref struct WireReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly string _message;

    /// <summary>Reads from <paramref name="bytes"/>, of which there must be <paramref name="atLeast"/>.</summary>
    public WireReader(ReadOnlySpan<byte> bytes, string message, int atLeast)
    {
        _bytes = bytes;
        _message = message;
        if (bytes.Length < atLeast)
        {
            Throw.Truncated(message, atLeast, bytes.Length);
        }
    }

    /// <summary>
    /// Reads a message of the service. Its header must have this id, and a size from <paramref name="atLeast"/> to the
    /// number of bytes. Bytes behind that size are out of reach.
    /// </summary>
    public static WireReader ForEvent(ReadOnlySpan<byte> bytes, string message, int id, int atLeast)
    {
        WireReader reader = new(bytes, message, atLeast);
        reader.ExpectId(HeaderLayout.Id, id);
        int size = reader.Int32(HeaderLayout.Size);
        if (size < atLeast || size > bytes.Length)
        {
            Throw.SizeOutOfRange(message, atLeast, bytes.Length, size);
        }

        return new WireReader(bytes[..size], message, atLeast);
    }

    /// <summary>Reads a message with exactly this id and size.</summary>
    public static WireReader ForRequest(ReadOnlySpan<byte> bytes, string message, int id, int size)
    {
        WireReader reader = new(bytes, message, size);
        reader.ExpectId(HeaderLayout.Id, id);
        int found = reader.Int32(HeaderLayout.Size);
        if (found != size)
        {
            Throw.WrongSize(message, size, found);
        }

        return reader;
    }

    public int Int32(int offset) => MemoryMarshal.Read<int>(Slice(offset, sizeof(int)));

    public uint UInt32(int offset) => MemoryMarshal.Read<uint>(Slice(offset, sizeof(uint)));

    public long Int64(int offset) => MemoryMarshal.Read<long>(Slice(offset, sizeof(long)));

    public ulong UInt64(int offset) => MemoryMarshal.Read<ulong>(Slice(offset, sizeof(ulong)));

    public byte Byte(int offset) => Slice(offset, sizeof(byte))[0];

    public void ExpectId(int offset, int expected)
    {
        int found = Int32(offset);
        if (found != expected)
        {
            Throw.WrongId(_message, expected, found);
        }
    }

    /// <summary>Fail-safe: exactly 1 is quorate, 0 is not, and any other value is no answer.</summary>
    public bool Quorate(int offset)
    {
        uint value = UInt32(offset);
        if (value > 1)
        {
            Throw.NotABoolean(_message, value);
        }

        return value == 1;
    }

    /// <summary>The length of a list, at most that of a cluster: sums of a few lengths cannot overflow.</summary>
    public int NodeCount(int offset)
    {
        uint count = UInt32(offset);
        if (count > WireLimits.MaxNodes)
        {
            Throw.TooManyNodes(_message, count);
        }

        return (int)count;
    }

    /// <summary>A list in place: the span points into the source, at whatever alignment that has.</summary>
    public ReadOnlySpan<NodeId> Nodes(int offset, int count) =>
        MemoryMarshal.Cast<byte, NodeId>(Slice(offset, count * QuorumEventLayout.NodeIdSize));

    /// <summary>A NUL-terminated UTF-8 name in a field of <see cref="HandshakeLayout.NameCapacity"/> bytes.</summary>
    public string Name(int offset) => Name(offset, HandshakeLayout.NameCapacity);

    /// <summary>
    /// A NUL-terminated text in a field of this many bytes. Bytes that are not UTF-8 appear as U+FFFD.
    /// </summary>
    public string Text(int offset, int capacity)
    {
        ReadOnlySpan<byte> field = Slice(offset, capacity);
        int length = field.IndexOf((byte)0);
        if (length < 0)
        {
            Throw.Malformed(_message, "a text has no terminating NUL.");
        }

        return Encoding.UTF8.GetString(field[..length]);
    }

    public string Name(int offset, int capacity)
    {
        ReadOnlySpan<byte> field = Slice(offset, capacity);
        int length = field.IndexOf((byte)0);
        if (length < 0)
        {
            Throw.Malformed(_message, "a name has no terminating NUL.");
        }

        ReadOnlySpan<byte> name = field[..length];
        if (!System.Text.Unicode.Utf8.IsValid(name))
        {
            Throw.Malformed(_message, "a name is not UTF-8.");
        }

        return Encoding.UTF8.GetString(name);
    }

    /// <summary>Bytes in place.</summary>
    public ReadOnlySpan<byte> Slice(int offset, int length)
    {
        if ((uint)offset > (uint)_bytes.Length || (uint)length > (uint)(_bytes.Length - offset))
        {
            Throw.Truncated(_message, offset + length, _bytes.Length);
        }

        return _bytes.Slice(offset, length);
    }
}
