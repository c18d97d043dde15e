using System.Globalization;
using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport;

/// <summary>struct quorum_ring_id; prints as corosync does, "1.d".</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct NativeRingId(uint NodeId, ulong Sequence)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{NodeId:x}.{Sequence:x}");
}
