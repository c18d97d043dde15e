using System.Collections;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Tests;

public class NodeListTests
{
    private static readonly NodeList OneTwoThree = [new(1), new(2), new(3)];

    [Test]
    public void Equals_lists_with_the_same_nodes_in_the_same_order()
    {
        NodeList same = NodeList.Create([new(1), new(2), new(3)]);
        Assert.Multiple(() =>
        {
            Assert.That(same == OneTwoThree);
            Assert.That(same != OneTwoThree, Is.False);
            Assert.That(same.Equals((object)OneTwoThree));
            Assert.That(same.GetHashCode(), Is.EqualTo(OneTwoThree.GetHashCode()));
        });
    }

    [Test]
    public void Equals_nothing_else()
    {
        NodeList[] others = [[], [new(1), new(2)], [new(3), new(2), new(1)], [new(1), new(2), new(3), new(4)]];
        Assert.Multiple(() =>
        {
            foreach (NodeList other in others)
            {
                Assert.That(OneTwoThree == other, Is.False, other.ToString());
                Assert.That(OneTwoThree != other, Is.True, other.ToString());
            }

            Assert.That(OneTwoThree.Equals("[1 2 3]"), Is.False);
        });
    }

    [Test]
    public void Notifications_with_equal_lists_are_equal() => Assert.That(
        new NodeListChanged(new(new(1), 13), [new(1)], [], [new(2)]),
        Is.EqualTo(
            new NodeListChanged(new(new(1), 13), NodeList.Create([new(1)]), default, NodeList.Create([new(2)]))));

    [Test]
    public void Empty_list_is_the_default_and_works()
    {
        NodeList empty = default;
        Assert.Multiple(() =>
        {
            Assert.That(empty == NodeList.Empty);
            Assert.That(empty == NodeList.Create([]));
            Assert.That(empty.Count, Is.Zero);
            Assert.That(empty.ToString(), Is.EqualTo("[]"));
            Assert.That(empty.AsSpan().IsEmpty);
            Assert.That(empty.Contains(new(1)), Is.False);
            Assert.That(empty.GetHashCode(), Is.EqualTo(NodeList.Empty.GetHashCode()));
            Assert.That(((IEnumerable)empty).GetEnumerator().MoveNext(), Is.False);
            Assert.That(() => empty[0], Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void Members_are_reached_by_index_enumeration_and_search() => Assert.Multiple(() =>
    {
        Assert.That(OneTwoThree.Count, Is.EqualTo(3));
        Assert.That(OneTwoThree[2], Is.EqualTo(new NodeId(3)));
        Assert.That(OneTwoThree.Select(node => node.Value), Is.EqualTo(new uint[] { 1, 2, 3 }));
        Assert.That(OneTwoThree.Contains(new(2)));
        Assert.That(OneTwoThree.Contains(new(4)), Is.False);
        Assert.That(() => OneTwoThree[3], Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => OneTwoThree[-1], Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    [Test]
    public void ToString_has_unsigned_ids_between_brackets() =>
        Assert.That(NodeList.Create([new(1), new(uint.MaxValue)]).ToString(), Is.EqualTo("[1 4294967295]"));

    [Test]
    public void Create_copies()
    {
        NodeId[] source = [new(1)];
        NodeList list = NodeList.Create(source);
        source[0] = new(9);
        Assert.That(list[0], Is.EqualTo(new NodeId(1)));
    }
}
