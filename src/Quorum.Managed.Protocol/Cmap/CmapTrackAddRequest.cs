namespace Quorum.Managed.Protocol.Cmap;

/// <summary>
/// Asks for events about the keys with a prefix: cmap_track_add(3). A single key cannot be asked for, because the
/// daemon dies of that with some keys of the statistics map.
/// </summary>
/// <remarks>Source: protocol-docs/cmap.md, "TRACK_ADD", "Requests that harm the daemon".</remarks>
public readonly record struct CmapTrackAddRequest : IWireRequest<CmapHandleResponse>
{
    /// <summary>Creates the request.</summary>
    /// <param name="map">
    /// The map that the connection is on. Of <see cref="CmapMap.Statistics"/> additions and deletions can be asked for,
    /// both together and nothing else.
    /// </param>
    /// <param name="prefix">
    /// What the keys begin with, at most 255 bytes in UTF-8, without a NUL. Empty for all keys.
    /// </param>
    /// <param name="changes">Which changes; at least one.</param>
    /// <param name="tag">A number of the client's, which comes with each event.</param>
    /// <exception cref="ArgumentException">
    /// The prefix cannot be sent, or these changes cannot be asked for.
    /// </exception>
    public CmapTrackAddRequest(CmapMap map, string prefix, CmapChanges changes, ulong tag)
    {
        Prefix = CmapKeys.CheckedPrefix(prefix, nameof(prefix));
        if (changes is <= CmapChanges.None or > CmapChanges.All)
        {
            throw new ArgumentOutOfRangeException(nameof(changes), changes, "Deleted, Modified, Added, or several.");
        }

        if (map != CmapMap.Configuration && changes != (CmapChanges.Added | CmapChanges.Deleted))
        {
            throw new ArgumentException(
                "In the statistics map additions and deletions are told, both together, and no modifications.",
                nameof(changes));
        }

        Changes = changes;
        Tag = tag;
    }

    /// <inheritdoc/>
    public static string Name => "cmap track_add";

    /// <inheritdoc/>
    public static int Id => CmapLayout.Tracking.Add;

    /// <inheritdoc/>
    public static int Size => CmapLayout.Tracking.AddSize;

    /// <inheritdoc/>
    public static int ResponseId => CmapLayout.Tracking.Add;

    /// <summary>The prefix; null in the default value, which cannot be sent.</summary>
    public string Prefix { get; }

    /// <summary>Which changes.</summary>
    public CmapChanges Changes { get; }

    /// <summary>The number that comes with each event.</summary>
    public ulong Tag { get; }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        _ = CmapKeys.CheckedPrefix(Prefix, nameof(Prefix));
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        CmapKeys.WriteName(destination, CmapLayout.Tracking.Name, Prefix);
        writer.Int32(CmapLayout.Tracking.What, (int)Changes | CmapLayout.Tracking.PrefixBit);
        writer.UInt64(CmapLayout.Tracking.Tag, Tag);
        return writer.Length;
    }
}
