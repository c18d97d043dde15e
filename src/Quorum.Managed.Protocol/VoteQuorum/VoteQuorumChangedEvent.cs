using System.Runtime.InteropServices;
using Quorum.Managed.Protocol.VoteQuorum;

namespace Quorum.Managed.Protocol;

/// <summary>
/// The state of quorum and of all nodes that are known: what votequorum's quorum callback gets. It has no ring id; that
/// is in the <see cref="VoteQuorumNodeListEvent"/> before it.
/// </summary>
/// <remarks>
/// A view: its list points into the message, at any alignment, and is valid as long as the message's bytes. Source:
/// votequorum_trackstart(3), protocol-docs/votequorum.md, "Quorum notification".
/// </remarks>
public readonly ref struct VoteQuorumChangedEvent : IWireEvent<VoteQuorumChangedEvent>
{
    private const string Message = "votequorum quorum notification";

    /// <summary>Creates one to write.</summary>
    /// <param name="quorate">Whether the node is in a quorate partition.</param>
    /// <param name="context">The number of the client's trackstart.</param>
    /// <param name="nodes">All nodes that are known, and the quorum device; not copied.</param>
    /// <exception cref="ArgumentException">More entries than nodes and a device can be.</exception>
    public VoteQuorumChangedEvent(bool quorate, ulong context, ReadOnlySpan<VoteQuorumNode> nodes)
    {
        if (nodes.Length > WireLimits.MaxNodes + 1)
        {
            Throw.ListTooLong(nameof(nodes), nodes.Length);
        }

        Quorate = quorate;
        Context = context;
        Nodes = nodes;
    }

    /// <inheritdoc/>
    public static int Id => VoteQuorumLayout.QuorumEvent;

    /// <summary>Whether the node is in a quorate partition.</summary>
    public bool Quorate { get; }

    /// <summary>The number of the client's trackstart.</summary>
    public ulong Context { get; }

    /// <summary>
    /// All nodes that are known, dead ones too, in no fixed order; and last the quorum device, if one is registered on
    /// the node.
    /// </summary>
    public ReadOnlySpan<VoteQuorumNode> Nodes { get; }

    /// <summary>The message's size.</summary>
    /// <param name="count">The number of entries.</param>
    /// <returns>Bytes.</returns>
    public static int SizeOf(int count) => VoteQuorumLayout.Quorum.Nodes + (VoteQuorumLayout.Quorum.NodeSize * count);

    /// <inheritdoc/>
    public static VoteQuorumChangedEvent Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForEvent(source, Message, Id, VoteQuorumLayout.Quorum.Nodes);
        uint count = reader.UInt32(VoteQuorumLayout.Quorum.Count);
        if (count > WireLimits.MaxNodes + 1)
        {
            Throw.TooManyNodes(Message, count);
        }

        ReadOnlySpan<byte> nodes = reader.Slice(
            VoteQuorumLayout.Quorum.Nodes, (int)count * VoteQuorumLayout.Quorum.NodeSize);
        return new VoteQuorumChangedEvent(
            reader.Quorate(VoteQuorumLayout.Quorum.Quorate),
            reader.UInt64(VoteQuorumLayout.Quorum.Context),
            MemoryMarshal.Cast<byte, VoteQuorumNode>(nodes));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="SizeOf"/> bytes.</param>
    /// <returns>The bytes written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForResponse(destination, Id, SizeOf(Nodes.Length), CorosyncError.Ok);
        writer.Quorate(VoteQuorumLayout.Quorum.Quorate, Quorate);
        writer.UInt64(VoteQuorumLayout.Quorum.Context, Context);
        writer.UInt32(VoteQuorumLayout.Quorum.Count, (uint)Nodes.Length);
        writer.Bytes(VoteQuorumLayout.Quorum.Nodes, MemoryMarshal.AsBytes(Nodes));
        return writer.Length;
    }
}
