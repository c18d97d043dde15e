namespace Quorum.Managed.Protocol.Cmap;

/// <summary>
/// Asks cmap whether the daemon is corosync 2.x: whether the key <see cref="Key"/> exists. The key cannot be chosen,
/// because the request has no room for a value, and with some keys of the statistics map that kills the daemon. Send it
/// while the connection is on the configuration map, where it is each time when it is new.
/// </summary>
/// <remarks>Source: protocol-docs/cmap.md, "Is it corosync 2.x?".</remarks>
public readonly record struct OldDaemonProbeRequest : IWireRequest<OldDaemonProbeResponse>
{
    /// <summary>
    /// A key that corosync 2.x has and newer versions do not have. A daemon that has it must not be sent
    /// <see cref="ModelGetTypeRequest"/> or <see cref="SetCurrentMapRequest"/>.
    /// </summary>
    public const string Key = "runtime.connections.active";

    /// <inheritdoc/>
    public static string Name => "cmap get";

    /// <inheritdoc/>
    public static int Id => CmapLayout.Get;

    /// <inheritdoc/>
    public static int Size => CmapLayout.GetRequestSize;

    /// <inheritdoc/>
    public static int ResponseId => CmapLayout.Get;

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => CmapKeys.WriteGet(destination, Key, room: 0);
}
