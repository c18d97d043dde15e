namespace Quorum.Managed.TestSupport.Raw;

/// <summary>
/// Events as a daemon writes them: protocol-docs/quorum-messages.md, "Events". Each ring belongs to node 1.
/// </summary>
public static class RawEvents
{
    private const int CorosyncOk = 1;
    private const uint RingNode = 1;

    /// <summary>Model V1: whether the node is quorate, on ring 1.<paramref name="sequence"/>.</summary>
    public static byte[] Quorum(bool quorate, ulong sequence, params uint[] members) =>
        Event(6, 52 + 4 * members.Length)
            .Put(24, quorate ? 1 : 0)
            .Put(32, RingNode)
            .Put(40, sequence)
            .Put(48, members.Length)
            .Put<uint>(52, members);

    /// <summary>Model V1: the node list, without changes, of ring 1.<paramref name="sequence"/>.</summary>
    public static byte[] NodeList(ulong sequence, params uint[] members) => NodeList(sequence, members, [], []);

    /// <summary>Model V1: the node list, with its changes, of ring 1.<paramref name="sequence"/>.</summary>
    public static byte[] NodeList(ulong sequence, uint[] members, uint[] joined, uint[] left) =>
        Event(7, 60 + 4 * (members.Length + joined.Length + left.Length))
            .Put(24, RingNode)
            .Put(32, sequence)
            .Put(40, members.Length)
            .Put(48, joined.Length)
            .Put(56, left.Length)
            .Put<uint>(60, (uint[])[.. members, .. joined, .. left]);

    /// <summary>Model V0: whether the node is quorate.</summary>
    public static byte[] V0(bool quorate, ulong sequence, params uint[] members) =>
        Event(3, 44 + 4 * members.Length)
            .Put(24, quorate ? 1 : 0)
            .Put(32, sequence)
            .Put(40, members.Length)
            .Put<uint>(44, members);

    // Four bytes of padding behind the lists are part of the size.
    private static byte[] Event(int id, int size) => RawPeer.Response(id, size + 4, CorosyncOk);
}
