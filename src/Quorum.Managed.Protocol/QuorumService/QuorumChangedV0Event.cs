namespace Quorum.Managed.Protocol;

/// <summary>A change of quorum, for connections of model V0: what quorum_initialize(3)'s callback gets.</summary>
/// <remarks>
/// A view: its list points into the message, at any alignment, and is valid as long as the message's bytes. Reading
/// allocates nothing. Source: protocol-docs/quorum-messages.md, "V0 notification".
/// </remarks>
public readonly ref struct QuorumChangedV0Event : IWireEvent<QuorumChangedV0Event>
{
    private const string Message = "V0 notification";

    /// <inheritdoc/>
    public static int Id => QuorumEventIds.QuorumChangedV0;

    /// <summary>Creates one to write.</summary>
    /// <param name="quorate">Whether the node is in a quorate partition.</param>
    /// <param name="ringSequence">The sequence number of the ring.</param>
    /// <param name="members">The nodes in the ring; not copied.</param>
    /// <exception cref="ArgumentException">More than <see cref="WireLimits.MaxNodes"/> nodes.</exception>
    public QuorumChangedV0Event(bool quorate, ulong ringSequence, ReadOnlySpan<NodeId> members)
    {
        NodeLists.Check(members, nameof(members));
        Quorate = quorate;
        RingSequence = ringSequence;
        Members = members;
    }

    /// <summary>Whether the node is in a quorate partition.</summary>
    public bool Quorate { get; }

    /// <summary>The sequence number of the ring; model V0 does not get its node.</summary>
    public ulong RingSequence { get; }

    /// <summary>The nodes in the ring.</summary>
    public ReadOnlySpan<NodeId> Members { get; }

    /// <summary>The message's size.</summary>
    /// <param name="memberCount">The number of nodes in the ring, up to <see cref="WireLimits.MaxNodes"/>.</param>
    /// <returns>Bytes.</returns>
    public static int SizeOf(int memberCount) =>
        QuorumEventLayout.QuorumChangedV0.EmptySize + (QuorumEventLayout.NodeIdSize * memberCount);

    /// <summary>Reads a notification.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>A view of <paramref name="source"/>.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, a wrong id, a size in the header that the list does not fit in or that is not there, a count
    /// above <see cref="WireLimits.MaxNodes"/>, or a quorate value that is neither 0 nor 1.
    /// </exception>
    public static QuorumChangedV0Event Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForEvent(source, Message, Id, QuorumEventLayout.QuorumChangedV0.Members);
        int count = reader.NodeCount(QuorumEventLayout.QuorumChangedV0.MemberCount);
        return new QuorumChangedV0Event(
            reader.Quorate(QuorumEventLayout.QuorumChangedV0.Quorate),
            reader.UInt64(QuorumEventLayout.QuorumChangedV0.RingSequence),
            reader.Nodes(QuorumEventLayout.QuorumChangedV0.Members, count));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="SizeOf"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, Id, SizeOf(Members.Length), CorosyncError.Ok);
        writer.Quorate(QuorumEventLayout.QuorumChangedV0.Quorate, Quorate);
        writer.UInt64(QuorumEventLayout.QuorumChangedV0.RingSequence, RingSequence);
        writer.UInt32(QuorumEventLayout.QuorumChangedV0.MemberCount, (uint)Members.Length);
        writer.Nodes(QuorumEventLayout.QuorumChangedV0.Members, Members);
        return writer.Length;
    }
}
