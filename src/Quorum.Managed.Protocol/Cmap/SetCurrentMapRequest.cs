namespace Quorum.Managed.Protocol.Cmap;

/// <summary>
/// Chooses the map that the connection's later requests read. Never send it to corosync 2.x: that daemon does not check
/// the id and can crash. <see cref="OldDaemonProbeRequest"/> tells.
/// </summary>
/// <remarks>Source: cmap_initialize_map(3), protocol-docs/cmap.md, "SET_CURRENT_MAP".</remarks>
public readonly record struct SetCurrentMapRequest : IWireRequest<StatusResponse>
{
    /// <summary>Creates the request.</summary>
    /// <param name="map">The map.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the maps.</exception>
    public SetCurrentMapRequest(CmapMap map)
    {
        if (map is not (CmapMap.Configuration or CmapMap.Statistics))
        {
            throw new ArgumentOutOfRangeException(nameof(map), map, "Not a map: Configuration or Statistics.");
        }

        Map = map;
    }

    /// <inheritdoc/>
    public static string Name => "cmap set_current_map";

    /// <inheritdoc/>
    public static int Id => CmapLayout.SetCurrentMap;

    /// <inheritdoc/>
    public static int Size => CmapLayout.SetCurrentMapSize;

    /// <inheritdoc/>
    public static int ResponseId => CmapLayout.SetCurrentMapResponse;

    /// <summary>The map; <see cref="CmapMap.None"/> in the default value, which cannot be sent.</summary>
    public CmapMap Map { get; }

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, a wrong id or size in the header, or an unknown map.
    /// </exception>
    public static SetCurrentMapRequest Read(ReadOnlySpan<byte> source)
    {
        const string Message = "SET_CURRENT_MAP request";
        WireReader reader = WireReader.ForRequest(source, Message, Id, Size);
        int map = reader.Int32(CmapLayout.Map);
        if (map is not (0 or 1))
        {
            Throw.Malformed(Message, $"there is no map {map}.");
        }

        return new SetCurrentMapRequest((CmapMap)(map + 1));
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        if (Map == CmapMap.None)
        {
            Throw.BadName(nameof(Map), "No map was chosen.");
        }

        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.Int32(CmapLayout.Map, (int)Map - 1);
        return writer.Length;
    }
}
