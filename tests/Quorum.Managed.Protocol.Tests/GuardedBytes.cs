namespace Quorum.Managed.Protocol.Tests;

/// <summary>Bytes at a chosen alignment, between guard bytes that nobody may change.</summary>
internal sealed class GuardedBytes
{
    private const byte Guard = 0xCC;
    private readonly byte[] _all;
    private readonly int _start;
    private readonly int _length;

    public GuardedBytes(int length, int misalignment)
    {
        _start = 16 + misalignment;
        _length = length;
        _all = GC.AllocateArray<byte>(_start + length + 16, pinned: true);
        Array.Fill(_all, Guard);
    }

    public GuardedBytes(ReadOnlySpan<byte> bytes, int misalignment)
        : this(bytes.Length, misalignment) => bytes.CopyTo(Span);

    public Span<byte> Span => _all.AsSpan(_start, _length);

    public bool GuardsIntact =>
        !_all.AsSpan(0, _start).ContainsAnyExcept(Guard) && !_all.AsSpan(_start + _length).ContainsAnyExcept(Guard);

    public bool Untouched => !_all.AsSpan().ContainsAnyExcept(Guard);
}
