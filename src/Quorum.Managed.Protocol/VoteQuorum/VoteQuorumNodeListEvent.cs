using Quorum.Managed.Protocol.VoteQuorum;

namespace Quorum.Managed.Protocol;

/// <summary>The membership: what votequorum's node list callback gets.</summary>
/// <remarks>
/// A view: its list points into the message, at any alignment, and is valid as long as the message's bytes. Source:
/// votequorum_trackstart(3), protocol-docs/votequorum.md, "Node list notification".
/// </remarks>
public readonly ref struct VoteQuorumNodeListEvent : IWireEvent<VoteQuorumNodeListEvent>
{
    /// <summary>Creates one to write.</summary>
    /// <param name="context">The number of the client's trackstart.</param>
    /// <param name="ringId">The ring.</param>
    /// <param name="members">The nodes in the ring; not copied.</param>
    /// <exception cref="ArgumentException">More than <see cref="WireLimits.MaxNodes"/> nodes.</exception>
    public VoteQuorumNodeListEvent(ulong context, RingId ringId, ReadOnlySpan<NodeId> members)
    {
        NodeLists.Check(members, nameof(members));
        Context = context;
        RingId = ringId;
        Members = members;
    }

    /// <inheritdoc/>
    public static int Id => VoteQuorumLayout.NodeListEvent;

    /// <summary>The number of the client's trackstart.</summary>
    public ulong Context { get; }

    /// <summary>The ring.</summary>
    public RingId RingId { get; }

    /// <summary>The nodes in the ring.</summary>
    public ReadOnlySpan<NodeId> Members { get; }

    /// <summary>The message's size.</summary>
    /// <param name="memberCount">The number of nodes in the ring.</param>
    /// <returns>Bytes.</returns>
    public static int SizeOf(int memberCount) =>
        VoteQuorumLayout.NodeList.Members + (QuorumEventLayout.NodeIdSize * memberCount);

    /// <inheritdoc/>
    public static VoteQuorumNodeListEvent Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForEvent(
            source, "votequorum node list notification", Id, VoteQuorumLayout.NodeList.Members);
        int count = reader.NodeCount(VoteQuorumLayout.NodeList.Count);
        RingId ring = new(
            new NodeId(reader.UInt32(VoteQuorumLayout.NodeList.RingNode)),
            reader.UInt64(VoteQuorumLayout.NodeList.RingSequence));
        return new VoteQuorumNodeListEvent(
            reader.UInt64(VoteQuorumLayout.NodeList.Context),
            ring,
            reader.Nodes(VoteQuorumLayout.NodeList.Members, count));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="SizeOf"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, Id, SizeOf(Members.Length), CorosyncError.Ok);
        writer.UInt64(VoteQuorumLayout.NodeList.Context, Context);
        writer.UInt32(VoteQuorumLayout.NodeList.RingNode, RingId.NodeId.Value);
        writer.UInt64(VoteQuorumLayout.NodeList.RingSequence, RingId.Sequence);
        writer.UInt32(VoteQuorumLayout.NodeList.Count, (uint)Members.Length);
        writer.Nodes(VoteQuorumLayout.NodeList.Members, Members);
        return writer.Length;
    }
}
