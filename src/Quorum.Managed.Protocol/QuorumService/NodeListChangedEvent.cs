namespace Quorum.Managed.Protocol;

/// <summary>
/// A change of membership, for connections of model V1: what quorum_model_initialize(3)'s node list callback gets.
/// </summary>
/// <remarks>
/// A view: its lists point into the message, at any alignment, and are valid as long as the message's bytes. Reading
/// allocates nothing. A node that restarted before its loss was noticed is in both <see cref="Joined"/> and
/// <see cref="Left"/>. Source: protocol-docs/quorum-messages.md, "V1 node list notification".
/// </remarks>
public readonly ref struct NodeListChangedEvent : IWireEvent<NodeListChangedEvent>
{
    private const string Message = "V1 node list notification";

    /// <inheritdoc/>
    public static int Id => QuorumEventIds.NodeListChanged;

    /// <summary>Creates one to write.</summary>
    /// <param name="ringId">The ring.</param>
    /// <param name="members">The nodes in the ring; not copied.</param>
    /// <param name="joined">The nodes that were not in the ring before; not copied.</param>
    /// <param name="left">The nodes that left the ring; not copied.</param>
    /// <exception cref="ArgumentException">More than <see cref="WireLimits.MaxNodes"/> nodes in a list.</exception>
    public NodeListChangedEvent(
        RingId ringId, ReadOnlySpan<NodeId> members, ReadOnlySpan<NodeId> joined, ReadOnlySpan<NodeId> left)
    {
        NodeLists.Check(members, nameof(members));
        NodeLists.Check(joined, nameof(joined));
        NodeLists.Check(left, nameof(left));
        RingId = ringId;
        Members = members;
        Joined = joined;
        Left = left;
    }

    /// <summary>The ring.</summary>
    public RingId RingId { get; }

    /// <summary>The nodes in the ring.</summary>
    public ReadOnlySpan<NodeId> Members { get; }

    /// <summary>The nodes that joined. Empty in the first notification after a trackstart.</summary>
    public ReadOnlySpan<NodeId> Joined { get; }

    /// <summary>The nodes that left. Empty in the first notification after a trackstart.</summary>
    public ReadOnlySpan<NodeId> Left { get; }

    /// <summary>The message's size.</summary>
    /// <param name="memberCount">The number of nodes in the ring, up to <see cref="WireLimits.MaxNodes"/>.</param>
    /// <param name="joinedCount">The number of nodes that joined, up to <see cref="WireLimits.MaxNodes"/>.</param>
    /// <param name="leftCount">The number of nodes that left, up to <see cref="WireLimits.MaxNodes"/>.</param>
    /// <returns>Bytes.</returns>
    public static int SizeOf(int memberCount, int joinedCount, int leftCount) =>
        QuorumEventLayout.NodeListChanged.EmptySize
        + (QuorumEventLayout.NodeIdSize * (memberCount + joinedCount + leftCount));

    /// <summary>Reads a notification.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>A view of <paramref name="source"/>.</returns>
    /// <exception cref="WireFormatException">
    /// Too few bytes, a wrong id, a size in the header that the lists do not fit in or that is not there, or a count
    /// above <see cref="WireLimits.MaxNodes"/>.
    /// </exception>
    public static NodeListChangedEvent Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForEvent(source, Message, Id, QuorumEventLayout.NodeListChanged.Lists);
        int members = reader.NodeCount(QuorumEventLayout.NodeListChanged.MemberCount);
        int joined = reader.NodeCount(QuorumEventLayout.NodeListChanged.JoinedCount);
        int left = reader.NodeCount(QuorumEventLayout.NodeListChanged.LeftCount);
        RingId ringId = new(
            new NodeId(reader.UInt32(QuorumEventLayout.NodeListChanged.RingNode)),
            reader.UInt64(QuorumEventLayout.NodeListChanged.RingSequence));
        ReadOnlySpan<NodeId> all = reader.Nodes(QuorumEventLayout.NodeListChanged.Lists, members + joined + left);
        return new NodeListChangedEvent(
            ringId, all[..members], all.Slice(members, joined), all.Slice(members + joined, left));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="SizeOf"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        int size = SizeOf(Members.Length, Joined.Length, Left.Length);
        WireWriter writer = WireWriter.ForResponse(destination, Id, size, CorosyncError.Ok);
        writer.UInt32(QuorumEventLayout.NodeListChanged.RingNode, RingId.NodeId.Value);
        writer.UInt64(QuorumEventLayout.NodeListChanged.RingSequence, RingId.Sequence);
        writer.UInt32(QuorumEventLayout.NodeListChanged.MemberCount, (uint)Members.Length);
        writer.UInt32(QuorumEventLayout.NodeListChanged.JoinedCount, (uint)Joined.Length);
        writer.UInt32(QuorumEventLayout.NodeListChanged.LeftCount, (uint)Left.Length);
        int offset = writer.Nodes(QuorumEventLayout.NodeListChanged.Lists, Members);
        offset = writer.Nodes(offset, Joined);
        writer.Nodes(offset, Left);
        return writer.Length;
    }
}
