namespace Quorum.Managed;

/// <summary>
/// Called by <see cref="CmapConnection.Dispatch"/> for a change of a key (<c>cmap_notify_fn_t</c>).
/// </summary>
/// <param name="connection">The connection. Any of its members may be called, Dispatch and Dispose too.</param>
/// <param name="change">The change.</param>
public delegate void CmapChangedCallback(CmapConnection connection, CmapChange change);
