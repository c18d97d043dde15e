namespace Quorum.Managed.Protocol;

/// <summary>
/// The state of quorum, for connections of model V1: what quorum_model_initialize(3)'s quorum callback gets.
/// </summary>
/// <remarks>
/// A view: its list points into the message, at any alignment, and is valid as long as the message's bytes. Reading
/// allocates nothing. Source: protocol-docs/quorum-messages.md, "V1 quorum notification".
/// </remarks>
public readonly ref struct QuorumChangedEvent : IWireEvent<QuorumChangedEvent>
{
    private const string Message = "V1 quorum notification";

    /// <inheritdoc/>
    public static int Id => QuorumEventIds.QuorumChanged;

    /// <summary>Creates one to write.</summary>
    /// <param name="quorate">Whether the node is in a quorate partition.</param>
    /// <param name="ringId">The ring.</param>
    /// <param name="members">The nodes in the ring; not copied.</param>
    /// <exception cref="ArgumentException">More than <see cref="WireLimits.MaxNodes"/> nodes.</exception>
    public QuorumChangedEvent(bool quorate, RingId ringId, ReadOnlySpan<NodeId> members)
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
    public static int SizeOf(int memberCount) =>
        QuorumEventLayout.QuorumChanged.EmptySize + (QuorumEventLayout.NodeIdSize * memberCount);

    /// <summary>Reads a notification.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>A view of <paramref name="source"/>.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, a wrong id, a size in the header that the list does not fit in or that is not there, a count
    /// above <see cref="WireLimits.MaxNodes"/>, or a quorate value that is neither 0 nor 1.
    /// </exception>
    public static QuorumChangedEvent Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForEvent(source, Message, Id, QuorumEventLayout.QuorumChanged.Members);
        int count = reader.NodeCount(QuorumEventLayout.QuorumChanged.MemberCount);
        RingId ringId = new(
            new NodeId(reader.UInt32(QuorumEventLayout.QuorumChanged.RingNode)),
            reader.UInt64(QuorumEventLayout.QuorumChanged.RingSequence));
        return new QuorumChangedEvent(
            reader.Quorate(QuorumEventLayout.QuorumChanged.Quorate),
            ringId,
            reader.Nodes(QuorumEventLayout.QuorumChanged.Members, count));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="SizeOf"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, Id, SizeOf(Members.Length), CorosyncError.Ok);
        writer.Quorate(QuorumEventLayout.QuorumChanged.Quorate, Quorate);
        writer.UInt32(QuorumEventLayout.QuorumChanged.RingNode, RingId.NodeId.Value);
        writer.UInt64(QuorumEventLayout.QuorumChanged.RingSequence, RingId.Sequence);
        writer.UInt32(QuorumEventLayout.QuorumChanged.MemberCount, (uint)Members.Length);
        writer.Nodes(QuorumEventLayout.QuorumChanged.Members, Members);
        return writer.Length;
    }
}
