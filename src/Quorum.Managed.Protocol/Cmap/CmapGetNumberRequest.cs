namespace Quorum.Managed.Protocol.Cmap;

/// <summary>
/// Asks cmap for a key's value if that is an integer. The answer is small and read without an allocation. The room is
/// fixed, and far above what a number needs: a smaller room can harm the daemon.
/// </summary>
/// <remarks>Source: cmap_get(3), protocol-docs/cmap.md, "CMAP_GET request", "Rooms that harm the daemon".</remarks>
public readonly record struct CmapGetNumberRequest : IWireRequest<CmapGetNumberResponse>
{
    /// <summary>Creates the request.</summary>
    /// <param name="key">The key, 1 to 255 bytes in UTF-8, without a NUL.</param>
    /// <exception cref="ArgumentException">The key cannot be sent.</exception>
    public CmapGetNumberRequest(string key) => Key = CmapKeys.Checked(key, nameof(key));

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

    /// <summary>That the key does not exist is an answer, and so is that its value is longer than a number.</summary>
    /// <param name="error">The error of the answer.</param>
    /// <returns>
    /// Whether it is <see cref="CorosyncError.Ok"/>, <see cref="CorosyncError.NotExist"/> or
    /// <see cref="CorosyncError.InvalidParam"/>.
    /// </returns>
    public static bool IsAnswer(CorosyncError error) =>
        error is CorosyncError.Ok or CorosyncError.NotExist or CorosyncError.InvalidParam;

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => CmapKeys.WriteGet(destination, Key, CmapLayout.NumberRoom);
}
