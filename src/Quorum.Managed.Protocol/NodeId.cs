using System.Globalization;

namespace Quorum.Managed.Protocol;

/// <summary>The number of a cluster node, as in corosync.conf's <c>nodeid</c>.</summary>
/// <param name="Value">The 32-bit number; corosync assigns 1 and up.</param>
/// <remarks>
/// Source: protocol-docs/quorum-messages.md, "Node ids". The layout is that of the wire (four bytes, native order).
/// </remarks>
public readonly record struct NodeId(uint Value) : IComparable<NodeId>
{
    /// <summary>Compares by number.</summary>
    /// <param name="other">The other node.</param>
    /// <returns>Below, at or above zero, as usual.</returns>
    public int CompareTo(NodeId other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal, as corosync's tools print it.</summary>
    /// <returns>For example <c>3</c>.</returns>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether one node's number is below another's.</summary>
    /// <param name="left">One node.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> when it is.</returns>
    public static bool operator <(NodeId left, NodeId right) => left.Value < right.Value;

    /// <summary>Whether one node's number is at most another's.</summary>
    /// <param name="left">One node.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> when it is.</returns>
    public static bool operator <=(NodeId left, NodeId right) => left.Value <= right.Value;

    /// <summary>Whether one node's number is above another's.</summary>
    /// <param name="left">One node.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> when it is.</returns>
    public static bool operator >(NodeId left, NodeId right) => left.Value > right.Value;

    /// <summary>Whether one node's number is at least another's.</summary>
    /// <param name="left">One node.</param>
    /// <param name="right">The other.</param>
    /// <returns><see langword="true"/> when it is.</returns>
    public static bool operator >=(NodeId left, NodeId right) => left.Value >= right.Value;
}
