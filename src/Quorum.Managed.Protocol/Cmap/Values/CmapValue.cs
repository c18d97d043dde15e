using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Quorum.Managed.Protocol;

/// <summary>One value of cmap, with its type. Immutable.</summary>
/// <remarks>
/// A number takes no memory of its own. Text and binary hold their bytes. Source: cmap_get(3),
/// protocol-docs/cmap.md, "CMAP_GET response".
/// </remarks>
public readonly struct CmapValue : IEquatable<CmapValue>
{
    // A number as it is; integers are extended to 64 bits with their sign, and F32 is widened.
    private readonly long _number;

    // Of text without its NUL. Null for a number.
    private readonly byte[]? _bytes;

    private CmapValue(CmapValueType type, long number, byte[]? bytes)
    {
        Type = type;
        _number = number;
        _bytes = bytes;
    }

    /// <summary>The type. A number that is not in the enum is kept; the value is bytes then.</summary>
    public CmapValueType Type { get; }

    private ReadOnlySpan<byte> Stored => _bytes;

    /// <summary>Whether two values have the same type and the same bytes.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    /// <returns><see langword="true"/> when they are the same.</returns>
    public static bool operator ==(CmapValue left, CmapValue right) => left.Equals(right);

    /// <summary>Whether two values differ in type or bytes.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    /// <returns><see langword="true"/> when they differ.</returns>
    public static bool operator !=(CmapValue left, CmapValue right) => !left.Equals(right);

    /// <summary>A value of type <see cref="CmapValueType.U32"/>.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static CmapValue Of(uint value) => new(CmapValueType.U32, value, bytes: null);

    /// <summary>A value of type <see cref="CmapValueType.U64"/>.</summary>
    /// <param name="value">The number.</param>
    /// <returns>The value.</returns>
    public static CmapValue Of(ulong value) => new(CmapValueType.U64, unchecked((long)value), bytes: null);

    /// <summary>A value of type <see cref="CmapValueType.Text"/>.</summary>
    /// <param name="value">The text, without a NUL.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    /// <exception cref="ArgumentException">The text has a NUL.</exception>
    public static CmapValue Of(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return value.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("A text cannot contain a NUL.", nameof(value))
            : new CmapValue(CmapValueType.Text, 0, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>A value of any type from the bytes that carry it.</summary>
    /// <param name="type">The type.</param>
    /// <param name="bytes">
    /// A number in native byte order, with exactly its size; text in UTF-8, of which a NUL and what follows it are left
    /// out; or any bytes.
    /// </param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentException">The number of bytes is wrong for the type.</exception>
    public static CmapValue FromBytes(CmapValueType type, ReadOnlySpan<byte> bytes)
    {
        int size = SizeOf(type);
        if (size > 0)
        {
            return bytes.Length == size
                ? new CmapValue(type, Number(type, bytes), bytes: null)
                : throw new ArgumentException($"{type} has {size} bytes, not {bytes.Length}.", nameof(bytes));
        }

        int nul = type == CmapValueType.Text ? bytes.IndexOf((byte)0) : -1;
        return new CmapValue(type, 0, (nul < 0 ? bytes : bytes[..nul]).ToArray());
    }

    /// <summary>The value as a number, if it is an integer from 0 up.</summary>
    /// <param name="value">The number.</param>
    /// <returns>
    /// <see langword="false"/> for a negative number, a floating-point number, text, bytes and an unknown type.
    /// </returns>
    public bool TryGetUInt64(out ulong value)
    {
        value = unchecked((ulong)_number);
        return IsInteger(Type) && (_number >= 0 || Type == CmapValueType.U64);
    }

    /// <summary>The value as a number, if it is an integer that fits.</summary>
    /// <param name="value">The number.</param>
    /// <returns>
    /// <see langword="false"/> for a number above <see cref="long.MaxValue"/>, a floating-point number, text, bytes and
    /// an unknown type.
    /// </returns>
    public bool TryGetInt64(out long value)
    {
        value = _number;
        return IsInteger(Type) && (_number >= 0 || Type != CmapValueType.U64);
    }

    /// <summary>The value as a number, if it is a floating-point number of either size.</summary>
    /// <param name="value">The number.</param>
    /// <returns><see langword="false"/> for every other type, integers too.</returns>
    public bool TryGetDouble(out double value)
    {
        value = BitConverter.Int64BitsToDouble(_number);
        return Type is CmapValueType.F32 or CmapValueType.F64;
    }

    /// <summary>The value as text, if it is text.</summary>
    /// <param name="value">
    /// The text, without its NUL. Bytes that are not UTF-8 appear as U+FFFD; <see cref="ToBytes"/> has them.
    /// </param>
    /// <returns><see langword="false"/> for every other type.</returns>
    public bool TryGetText([NotNullWhen(true)] out string? value)
    {
        value = Type == CmapValueType.Text ? Encoding.UTF8.GetString(Stored) : null;
        return value is not null;
    }

    /// <summary>The bytes of the value, whatever its type.</summary>
    /// <returns>A copy: a number in native byte order, text without its NUL, or the bytes.</returns>
    public byte[] ToBytes()
    {
        byte[] bytes = new byte[WireLength - (Type == CmapValueType.Text ? 1 : 0)];
        Span<byte> wire = stackalloc byte[sizeof(long)];
        if (SizeOf(Type) > 0)
        {
            WriteNumber(wire);
            wire[..bytes.Length].CopyTo(bytes);
        }
        else
        {
            Stored.CopyTo(bytes);
        }

        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(CmapValue other) =>
        Type == other.Type && _number == other._number && Stored.SequenceEqual(other.Stored);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is CmapValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(Type);
        hash.Add(_number);
        hash.AddBytes(Stored);
        return hash.ToHashCode();
    }

    /// <summary>The value for a reader.</summary>
    /// <returns>A number in digits, text as it is, bytes in hexadecimal digits.</returns>
    public override string ToString() => Type switch
    {
        CmapValueType.U64 => unchecked((ulong)_number).ToString(CultureInfo.InvariantCulture),
        CmapValueType.F32 =>
            ((float)BitConverter.Int64BitsToDouble(_number)).ToString(CultureInfo.InvariantCulture),
        CmapValueType.F64 => BitConverter.Int64BitsToDouble(_number).ToString(CultureInfo.InvariantCulture),
        CmapValueType.Text => Encoding.UTF8.GetString(Stored),
        _ when IsInteger(Type) => _number.ToString(CultureInfo.InvariantCulture),
        _ => Convert.ToHexString(Stored),
    };

    /// <summary>Bytes of the value in a message; the NUL of a text is one of them.</summary>
    internal int WireLength => SizeOf(Type) is > 0 and int size
        ? size
        : Stored.Length + (Type == CmapValueType.Text ? 1 : 0);

    internal static bool IsInteger(CmapValueType type) => type is >= CmapValueType.I8 and <= CmapValueType.U64;

    /// <summary>Bytes of a number of this type; 0 for what is no number.</summary>
    internal static int SizeOf(CmapValueType type) => type switch
    {
        CmapValueType.I8 or CmapValueType.U8 => sizeof(byte),
        CmapValueType.I16 or CmapValueType.U16 => sizeof(short),
        CmapValueType.I32 or CmapValueType.U32 or CmapValueType.F32 => sizeof(int),
        CmapValueType.I64 or CmapValueType.U64 or CmapValueType.F64 => sizeof(long),
        _ => 0,
    };

    /// <summary>Writes <see cref="WireLength"/> bytes into a cleared span.</summary>
    internal void WriteTo(Span<byte> destination)
    {
        if (SizeOf(Type) is > 0 and int size)
        {
            Span<byte> wire = stackalloc byte[sizeof(long)];
            WriteNumber(wire);
            wire[..size].CopyTo(destination);
        }
        else
        {
            Stored.CopyTo(destination);
        }
    }

    private static long Number(CmapValueType type, ReadOnlySpan<byte> bytes) => type switch
    {
        CmapValueType.I8 => (sbyte)bytes[0],
        CmapValueType.U8 => bytes[0],
        CmapValueType.I16 => MemoryMarshal.Read<short>(bytes),
        CmapValueType.U16 => MemoryMarshal.Read<ushort>(bytes),
        CmapValueType.I32 => MemoryMarshal.Read<int>(bytes),
        CmapValueType.U32 => MemoryMarshal.Read<uint>(bytes),
        CmapValueType.F32 => BitConverter.DoubleToInt64Bits(MemoryMarshal.Read<float>(bytes)),
        _ => MemoryMarshal.Read<long>(bytes),
    };

    // The number's own bytes come first, whatever the byte order.
    private void WriteNumber(Span<byte> destination)
    {
        switch (SizeOf(Type))
        {
            case sizeof(byte):
                destination[0] = unchecked((byte)_number);
                break;
            case sizeof(short):
                MemoryMarshal.Write(destination, unchecked((short)_number));
                break;
            case sizeof(int) when Type == CmapValueType.F32:
                MemoryMarshal.Write(destination, (float)BitConverter.Int64BitsToDouble(_number));
                break;
            case sizeof(int):
                MemoryMarshal.Write(destination, unchecked((int)_number));
                break;
            default:
                MemoryMarshal.Write(destination, _number);
                break;
        }
    }
}
