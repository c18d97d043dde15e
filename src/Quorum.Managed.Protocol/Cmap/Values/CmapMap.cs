namespace Quorum.Managed.Protocol;

/// <summary>Which of cmap's maps is read. The names are this library's: the wire has 0 and 1.</summary>
/// <remarks>Source: cmap_initialize_map(3), protocol-docs/cmap.md, "SET_CURRENT_MAP".</remarks>
public enum CmapMap
{
    /// <summary>Not set: no map.</summary>
    None = 0,

    /// <summary>The configuration and the daemon's own state (CMAP_MAP_ICMAP). Every connection begins there.</summary>
    Configuration = 1,

    /// <summary>Counters and measurements (CMAP_MAP_STATS). It exists since corosync 3.0.</summary>
    Statistics = 2,
}
