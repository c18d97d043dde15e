namespace Quorum.Managed.Protocol;

/// <summary>
/// Offsets of the headers that requests, responses and events begin with. Defined by protocol-docs/quorum-messages.md,
/// "Headers".
/// </summary>
internal static class HeaderLayout
{
    /// <summary>i32: protocol-docs/quorum-messages.md, "Headers".</summary>
    public const int Id = 0;

    /// <summary>i32: protocol-docs/quorum-messages.md, "Headers".</summary>
    public const int Size = 8;

    /// <summary>i32, responses and events only: protocol-docs/quorum-messages.md, "Headers".</summary>
    public const int Error = 16;
}
