namespace Quorum.Managed.Protocol.Cmap;

/// <summary>
/// Asks cmap for a key's value, of any type. The request always has room for the longest value: a smaller room can
/// harm the daemon, and a larger one loses the answer.
/// </summary>
/// <remarks>Source: cmap_get(3), protocol-docs/cmap.md, "CMAP_GET request", "Rooms that harm the daemon".</remarks>
public readonly record struct CmapGetRequest : IWireRequest<CmapGetResponse>
{
    /// <summary>Creates the request.</summary>
    /// <param name="key">The key, 1 to 255 bytes in UTF-8, without a NUL.</param>
    /// <exception cref="ArgumentException">The key cannot be sent.</exception>
    public CmapGetRequest(string key) => Key = CmapKeys.Checked(key, nameof(key));

    /// <inheritdoc/>
    public static string Name => "cmap get";

    /// <inheritdoc/>
    public static int Id => CmapLayout.Get;

    /// <inheritdoc/>
    public static int Size => CmapLayout.GetRequestSize;

    /// <inheritdoc/>
    public static int ResponseId => CmapLayout.Get;

    /// <summary>The key; null in the default value, which cannot be sent.</summary>
    public string Key { get; }

    /// <summary>That the key does not exist is an answer.</summary>
    /// <param name="error">The error of the answer.</param>
    /// <returns>Whether it is <see cref="CorosyncError.Ok"/> or <see cref="CorosyncError.NotExist"/>.</returns>
    public static bool IsAnswer(CorosyncError error) => error is CorosyncError.Ok or CorosyncError.NotExist;

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => CmapKeys.WriteGet(destination, Key, CmapLayout.ValueRoom);
}
