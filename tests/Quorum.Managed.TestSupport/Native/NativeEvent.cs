namespace Quorum.Managed.TestSupport;

/// <summary>
/// One callback of libquorum with copies of its arguments. An argument that its kind does not have is null or empty.
/// </summary>
public sealed record NativeEvent(
    NativeEventKind Kind,
    uint? Quorate,
    NativeRingId RingId,
    IReadOnlyList<uint> Members,
    IReadOnlyList<uint> Joined,
    IReadOnlyList<uint> Left)
{
    /// <summary>
    /// A short form without the ring id, the same in every run: "NL [1 2] j=[] l=[3]", "Q 1 [1 2]", "V0 1 [1 2]".
    /// </summary>
    public string Story => Kind == NativeEventKind.NodeList
        ? $"NL {List(Members)} j={List(Joined)} l={List(Left)}"
        : $"{(Kind == NativeEventKind.Quorum ? "Q" : "V0")} {Quorate} {List(Members)}";

    /// <inheritdoc/>
    public override string ToString() => $"{Story} {RingId}";

    private static string List(IReadOnlyList<uint> nodes) => $"[{string.Join(' ', nodes)}]";
}
