namespace Quorum.Managed;

/// <summary>
/// How a <see cref="CfgConnection"/> reaches the daemon and what it calls. Immutable; checked when a connection is
/// made.
/// </summary>
public sealed record CfgConnectionOptions : CorosyncConnectionOptions
{
    /// <summary>
    /// What <see cref="CfgConnection.Dispatch"/> calls. Defaults to <see langword="null"/>. Not needed to read
    /// notifications otherwise.
    /// </summary>
    public CfgCallbacks? Callbacks { get; init; }

    internal static CfgConnectionOptions Default { get; } = new();
}
