namespace Quorum.Managed.Protocol.Cmap;

/// <summary>Answers <see cref="OldDaemonProbeRequest"/>. The type and the length of the value are not read.</summary>
/// <param name="Error">
/// <see cref="CorosyncError.Ok"/> from corosync 2.x, <see cref="CorosyncError.NotExist"/> from newer versions. Another
/// error does not tell.
/// </param>
/// <remarks>Source: protocol-docs/cmap.md, "CMAP_GET response".</remarks>
public readonly record struct OldDaemonProbeResponse(CorosyncError Error) : IWireResponse<OldDaemonProbeResponse>
{
    /// <inheritdoc/>
    static int IWireResponse<OldDaemonProbeResponse>.MaxSize => CmapLayout.Value;

    /// <inheritdoc/>
    public static OldDaemonProbeResponse Read(ReadOnlySpan<byte> source, int id) =>
        new(CmapGetBody.Read(source, id, room: 0).Error);
}
