namespace Quorum.Managed.Protocol;

/// <summary>A key of cmap, as its list of keys has it.</summary>
/// <param name="Name">The key.</param>
/// <param name="Type">The type of its value.</param>
/// <param name="Length">
/// The bytes of its value. That of a text counts the NUL if it was stored with one. In the statistics map it is 0 for
/// texts.
/// </param>
/// <remarks>Source: cmap_iter_next(3), protocol-docs/cmap.md, "ITER_NEXT".</remarks>
public readonly record struct CmapKey(string Name, CmapValueType Type, ulong Length);
