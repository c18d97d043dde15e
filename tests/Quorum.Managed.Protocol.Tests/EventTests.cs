using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Protocol.Tests;

[TestFixture]
internal sealed class EventTests
{
    private static readonly byte[] V0 = Hex.Bytes(
        """
        03000000 EEEEEEEE  38000000 EEEEEEEE  ; id 3, size 56
        01000000 EEEEEEEE  01000000 EEEEEEEE  ; error, quorate
        0D000000 01000000                     ; ring sequence 0x10000000D
        02000000 01000000  02000000 EEEEEEEE  ; 2 members: 1, 2
        """);

    private static readonly byte[] QuorumV1 = Hex.Bytes(
        """
        06000000 EEEEEEEE  40000000 EEEEEEEE  ; id 6, size 64
        01000000 EEEEEEEE  00000000 EEEEEEEE  ; error, not quorate
        01000000 EEEEEEEE  0D000000 01000000  ; ring 1.10000000d
        02000000 01000000  02000000 EEEEEEEE  ; 2 members: 1, 2
        """);

    private static readonly byte[] NodeList = Hex.Bytes(
        """
        07000000 EEEEEEEE  54000000 EEEEEEEE  ; id 7, size 84
        01000000 EEEEEEEE                     ; error
        01000000 EEEEEEEE  0D000000 01000000  ; ring 1.10000000d
        02000000 EEEEEEEE                     ; 2 members
        01000000 EEEEEEEE                     ; 1 joined
        02000000                              ; 2 left
        01000000 02000000                     ; members 1, 2
        02000000                              ; joined 2
        03000000 04000000                     ; left 3, 4
        EEEEEEEE
        """);

    private static readonly RingId Ring = new(new NodeId(1), 0x1_0000_000D);

    [Test]
    public void V0_read_from_the_wire_gives_every_field()
    {
        QuorumChangedV0Event read = QuorumChangedV0Event.Read(V0);

        Assert.That(read.Quorate);
        Assert.That(read.RingSequence, Is.EqualTo(Ring.Sequence));
        Assert.That(read.Members.ToArray(), Is.EqualTo(Nodes.Of(1, 2)));
    }

    [Test]
    public void QuorumV1_read_from_the_wire_gives_every_field()
    {
        QuorumChangedEvent read = QuorumChangedEvent.Read(QuorumV1);

        Assert.That(read.Quorate, Is.False);
        Assert.That(read.RingId, Is.EqualTo(Ring));
        Assert.That(read.Members.ToArray(), Is.EqualTo(Nodes.Of(1, 2)));
    }

    [Test]
    public void NodeList_read_from_the_wire_gives_every_field()
    {
        NodeListChangedEvent read = NodeListChangedEvent.Read(NodeList);

        Assert.That(read.RingId, Is.EqualTo(Ring));
        Assert.That(read.Members.ToArray(), Is.EqualTo(Nodes.Of(1, 2)));
        Assert.That(read.Joined.ToArray(), Is.EqualTo(Nodes.Of(2)));
        Assert.That(read.Left.ToArray(), Is.EqualTo(Nodes.Of(3, 4)));
    }

    [Test]
    public void WriteTo_gives_the_bytes_of_the_wire_with_zero_padding()
    {
        byte[] bytes = new byte[128];

        int v0 = new QuorumChangedV0Event(true, Ring.Sequence, Nodes.Of(1, 2)).WriteTo(bytes);
        Assert.That(bytes[..v0], Is.EqualTo(ZeroPadded(V0)));
        int quorum = new QuorumChangedEvent(false, Ring, Nodes.Of(1, 2)).WriteTo(bytes);
        Assert.That(bytes[..quorum], Is.EqualTo(ZeroPadded(QuorumV1)));
        int nodeList = new NodeListChangedEvent(Ring, Nodes.Of(1, 2), Nodes.Of(2), Nodes.Of(3, 4)).WriteTo(bytes);
        Assert.That(bytes[..nodeList], Is.EqualTo(ZeroPadded(NodeList)));
    }

    [Test]
    public void Members_point_into_the_source()
    {
        for (int misalignment = 0; misalignment <= 8; misalignment++)
        {
            GuardedBytes source = new(QuorumV1, misalignment);

            ReadOnlySpan<byte> members = MemoryMarshal.AsBytes(QuorumChangedEvent.Read(source.Span).Members);

            Assert.That(Unsafe.AreSame(in members[0], in source.Span[52]));
        }
    }

    [Test]
    public void SizeOf_gives_the_documented_sizes()
    {
        Assert.That(QuorumChangedV0Event.SizeOf(3), Is.EqualTo(60));
        Assert.That(QuorumChangedEvent.SizeOf(3), Is.EqualTo(68));
        Assert.That(NodeListChangedEvent.SizeOf(3, 0, 0), Is.EqualTo(76));
        Assert.That(NodeListChangedEvent.SizeOf(384, 384, 384), Is.EqualTo(WireLimits.LargestEventSize));
    }

    [Test]
    public void NodeList_of_the_largest_cluster_fits_and_one_node_more_does_not()
    {
        NodeId[] most = [.. Enumerable.Range(1, WireLimits.MaxNodes).Select(id => new NodeId((uint)id))];
        byte[] bytes = new byte[WireLimits.LargestEventSize];

        Assert.That(new NodeListChangedEvent(Ring, most, most, most).WriteTo(bytes), Is.EqualTo(bytes.Length));
        Assert.That(NodeListChangedEvent.Read(bytes).Left.SequenceEqual(most));
        Assert.That(
            () => Create([.. most, default], [], []), Throws.ArgumentException.With.Message.Contains("members"));
        Assert.That(() => Create([], [.. most, default], []), Throws.ArgumentException.With.Message.Contains("joined"));
        Assert.That(() => Create([], [], [.. most, default]), Throws.ArgumentException.With.Message.Contains("left"));

        static void Create(NodeId[] members, NodeId[] joined, NodeId[] left) =>
            _ = new NodeListChangedEvent(Ring, members, joined, left);
    }

    [Test]
    public void Read_of_a_count_that_lies_throws(
        [Values(5, 385, int.MaxValue, int.MinValue, -1, 0x4000_0000)] int count, [Values(0, 1, 2, 3, 4)] int which)
    {
        (byte[] source, int offset, Rewrite rewrite) = which switch
        {
            0 => ([.. V0], 40, Rewriters.V0),
            1 => ([.. QuorumV1], 48, Rewriters.QuorumV1),
            2 => ([.. NodeList], 40, Rewriters.NodeList),
            3 => ([.. NodeList], 48, Rewriters.NodeList),
            _ => ((byte[])[.. NodeList], 56, Rewriters.NodeList),
        };
        MemoryMarshal.Write(source.AsSpan(offset), in count);

        Assert.That(() => rewrite(source, new byte[WireLimits.LargestEventSize]), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void Read_of_a_list_behind_the_size_in_the_header_throws()
    {
        byte[] source = [.. V0, .. V0];
        source[40] = 20;

        Assert.That(() => Rewriters.V0(source, source), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void Read_without_the_padding_at_the_end_gives_the_message()
    {
        byte[] source = V0[..^4];
        source[8] -= 4;

        Assert.That(QuorumChangedV0Event.Read(source).Members.Length, Is.EqualTo(2));
    }

    [TestCase(2)]
    [TestCase(-1)]
    public void Read_of_a_quorate_value_that_is_neither_0_nor_1_throws(int value)
    {
        byte[] v0 = [.. V0];
        MemoryMarshal.Write(v0.AsSpan(24), in value);
        byte[] v1 = [.. QuorumV1];
        MemoryMarshal.Write(v1.AsSpan(24), in value);

        Assert.That(() => Rewriters.V0(v0, v0), Throws.TypeOf<WireFormatException>().With.Message.Contains("0 or 1"));
        Assert.That(
            () => Rewriters.QuorumV1(v1, v1), Throws.TypeOf<WireFormatException>().With.Message.Contains("0 or 1"));
    }

    private static byte[] ZeroPadded(byte[] dump) => [.. dump.Select(b => b == 0xEE ? (byte)0 : b)];
}
