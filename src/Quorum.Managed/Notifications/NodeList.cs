using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>An immutable list of nodes, equal to another that has the same nodes in the same order.</summary>
/// <remarks>Safe to share between threads. Allocates one array; the empty list none.</remarks>
[CollectionBuilder(typeof(NodeList), nameof(Create))]
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "corosync's term.")]
public readonly struct NodeList : IReadOnlyList<NodeId>, IEquatable<NodeList>
{
    private readonly NodeId[]? _nodes;

    private NodeList(NodeId[] nodes) => _nodes = nodes;

    /// <summary>The list of no nodes.</summary>
    public static NodeList Empty => default;

    /// <summary>How many nodes.</summary>
    public int Count => _nodes?.Length ?? 0;

    /// <summary>One node.</summary>
    /// <param name="index">From 0 to <see cref="Count"/> - 1.</param>
    /// <returns>The node.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public NodeId this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _nodes![index];
        }
    }

    /// <summary>Makes a list by copying.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <returns>The list.</returns>
    public static NodeList Create(ReadOnlySpan<NodeId> nodes) =>
        nodes.IsEmpty ? default : new NodeList(nodes.ToArray());

    /// <summary>The nodes without copying; valid for as long as the list is referenced.</summary>
    /// <returns>The nodes.</returns>
    public ReadOnlySpan<NodeId> AsSpan() => _nodes;

    /// <summary>Whether a node is in the list.</summary>
    /// <param name="node">The node.</param>
    /// <returns><see langword="true"/> when it is.</returns>
    public bool Contains(NodeId node) => AsSpan().Contains(node);

    /// <inheritdoc/>
    public bool Equals(NodeList other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is NodeList other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (NodeId node in AsSpan())
        {
            hash.Add(node);
        }

        return hash.ToHashCode();
    }

    /// <summary>The node ids between brackets.</summary>
    /// <returns>For example <c>[1 2 3]</c>.</returns>
    public override string ToString() => "[" + string.Join(' ', this) + "]";

    /// <inheritdoc/>
    public IEnumerator<NodeId> GetEnumerator() => ((IEnumerable<NodeId>)(_nodes ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether two lists have the same nodes in the same order.</summary>
    /// <param name="left">One list.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> when they have.</returns>
    public static bool operator ==(NodeList left, NodeList right) => left.Equals(right);

    /// <summary>Whether two lists differ.</summary>
    /// <param name="left">One list.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> when they do.</returns>
    public static bool operator !=(NodeList left, NodeList right) => !left.Equals(right);
}
