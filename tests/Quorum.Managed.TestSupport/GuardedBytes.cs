namespace Quorum.Managed.TestSupport;

/// <summary>
/// Bytes at a chosen alignment, between guard bytes. The guards show whether anything was written outside.
/// </summary>
public sealed class GuardedBytes
{
    private const byte Guard = 0xCC;
    private const int GuardLength = 16;
    private readonly byte[] _all;
    private readonly int _start;
    private readonly int _length;

    /// <summary>As many bytes, each with the guard's value.</summary>
    public GuardedBytes(int length, int misalignment)
    {
        _start = GuardLength + misalignment;
        _length = length;
        // Pinned: the alignment holds as long as the array does.
        _all = GC.AllocateArray<byte>(_start + length + GuardLength, pinned: true);
        Array.Fill(_all, Guard);
    }

    /// <summary>A copy of these bytes.</summary>
    public GuardedBytes(ReadOnlySpan<byte> bytes, int misalignment)
        : this(bytes.Length, misalignment) => bytes.CopyTo(Span);

    /// <summary>The bytes between the guards.</summary>
    public Span<byte> Span => _all.AsSpan(_start, _length);

    /// <summary>Whether both guards are unchanged.</summary>
    public bool GuardsIntact =>
        !_all.AsSpan(0, _start).ContainsAnyExcept(Guard) && !_all.AsSpan(_start + _length).ContainsAnyExcept(Guard);

    /// <summary>Whether neither the guards nor the bytes between them were written.</summary>
    public bool Untouched => !_all.AsSpan().ContainsAnyExcept(Guard);
}
