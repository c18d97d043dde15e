using Quorum.Managed.Protocol.Layout;

namespace Quorum.Managed.Protocol;

/// <summary>The state of quorum, for connections of model V1: what quorum_model_initialize(3)'s quorum callback gets.</summary>
/// <remarks>
/// A view: its list points into the bytes it was read from, at any alignment, and is valid as long as they are. Nothing is allocated.
/// Source: protocol-docs/quorum-messages.md, "V1 quorum notification".
/// </remarks>
public readonly ref struct QuorumNotificationV1
{
    private const string Message = "V1 quorum notification";

    /// <summary>Creates one to write.</summary>
    /// <param name="quorate">Whether the node is in a quorate partition.</param>
    /// <param name="ringId">The ring.</param>
    /// <param name="members">The nodes in the ring; not copied.</param>
    /// <exception cref="ArgumentException">More than <see cref="WireLimits.MaxNodes"/> nodes.</exception>
    public QuorumNotificationV1(bool quorate, RingId ringId, ReadOnlySpan<NodeId> members)
    {
        NodeLists.Check(members, nameof(members));
        Quorate = quorate;
        RingId = ringId;
        Members = members;
    }

    /// <summary>Whether the node is in a quorate partition.</summary>
    public bool Quorate { get; }

    /// <summary>The ring.</summary>
    public RingId RingId { get; }

    /// <summary>The nodes in the ring.</summary>
    public ReadOnlySpan<NodeId> Members { get; }

    /// <summary>The message's size.</summary>
    /// <param name="memberCount">The number of nodes in the ring, up to <see cref="WireLimits.MaxNodes"/>.</param>
    /// <returns>Bytes.</returns>
    public static int SizeOf(int memberCount) => EventLayout.QuorumV1.EmptySize + (EventLayout.NodeIdSize * memberCount);

    /// <summary>Reads a notification.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>A view of <paramref name="source"/>.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, a wrong id, a size in the header that the list does not fit in or that is not there, a count above
    /// <see cref="WireLimits.MaxNodes"/>, or a quorate value that is neither 0 nor 1.
    /// </exception>
    public static QuorumNotificationV1 Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForEvent(source, Message, EventIds.QuorumV1, EventLayout.QuorumV1.Members);
        int count = reader.NodeCount(EventLayout.QuorumV1.MemberCount);
        RingId ringId = new(
            new NodeId(reader.UInt32(EventLayout.QuorumV1.RingNode)), reader.UInt64(EventLayout.QuorumV1.RingSequence));
        return new QuorumNotificationV1(
            reader.Quorate(EventLayout.QuorumV1.Quorate), ringId, reader.Nodes(EventLayout.QuorumV1.Members, count));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="SizeOf"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, EventIds.QuorumV1, SizeOf(Members.Length), CorosyncError.Ok);
        writer.Quorate(EventLayout.QuorumV1.Quorate, Quorate);
        writer.UInt32(EventLayout.QuorumV1.RingNode, RingId.NodeId.Value);
        writer.UInt64(EventLayout.QuorumV1.RingSequence, RingId.Sequence);
        writer.UInt32(EventLayout.QuorumV1.MemberCount, (uint)Members.Length);
        writer.Nodes(EventLayout.QuorumV1.Members, Members);
        return writer.Length;
    }
}
