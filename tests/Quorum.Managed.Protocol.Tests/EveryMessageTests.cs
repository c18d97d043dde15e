using System.Runtime.InteropServices;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Protocol.Tests;

/// <summary>What holds for every message.</summary>
[TestFixture]
internal sealed class EveryMessageTests
{
    [TestCaseSource(typeof(Messages), nameof(Messages.All))]
    public void Read_then_write_gives_the_same_bytes_at_any_alignment(Message message)
    {
        for (int misalignment = 0; misalignment <= 8; misalignment++)
        {
            GuardedBytes source = new(message.Bytes, misalignment);
            GuardedBytes destination = new(message.Bytes.Length, 8 - misalignment);

            int written = message.Rewrite(source.Span, destination.Span);

            Assert.That(written, Is.EqualTo(message.Bytes.Length));
            Assert.That(destination.Span.SequenceEqual(message.Bytes), "the same bytes, with zeros in the padding");
            Assert.That(source.Span.SequenceEqual(message.Bytes), "the source is unchanged");
            Assert.That(source.GuardsIntact && destination.GuardsIntact, "no byte outside is written");
        }
    }

    [TestCaseSource(typeof(Messages), nameof(Messages.All))]
    public void Read_of_a_message_cut_at_any_byte_throws(Message message)
    {
        byte[] destination = new byte[message.Bytes.Length];
        for (int cut = 0; cut < message.Bytes.Length; cut++)
        {
            Assert.That(IsRefused(message, message.Bytes.AsSpan(0, cut), destination), $"cut at {cut}");
        }
    }

    [TestCaseSource(typeof(Messages), nameof(Messages.All))]
    public void Read_with_bytes_behind_the_message_leaves_them_alone(Message message)
    {
        byte[] source = [.. message.Bytes, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        byte[] destination = new byte[source.Length];

        int written = message.Rewrite(source, destination);

        Assert.That(destination.AsSpan(0, written).SequenceEqual(message.Bytes));
    }

    [TestCaseSource(typeof(Messages), nameof(Messages.Service))]
    public void Read_of_any_other_size_in_the_header_throws(Message message)
    {
        int longest = message.Bytes.Length;
        bool isEvent = longest > QuorumTypeResponse.Size;
        int padding = isEvent ? 4 : 0;
        byte[] source = [.. message.Bytes];
        IEnumerable<int> tooShort = Enumerable.Range(-1, longest - padding + 1);
        foreach (int size in (int[])[.. tooShort, longest + 1, int.MaxValue, int.MinValue])
        {
            MemoryMarshal.Write(source.AsSpan(8), in size);

            Assert.That(IsRefused(message, source, new byte[longest]), $"size {size}");
        }
    }

    [TestCaseSource(typeof(Messages), nameof(Messages.All))]
    public void Read_of_an_unknown_id_throws(Message message)
    {
        byte[] source = [.. message.Bytes];
        foreach (int id in new[] { 99, -2, int.MinValue, int.MaxValue })
        {
            MemoryMarshal.Write(source.AsSpan(), in id);

            Assert.That(IsRefused(message, source, new byte[source.Length]), $"id {id}");
        }
    }

    [TestCaseSource(typeof(Messages), nameof(Messages.All))]
    public void WriteTo_too_small_a_span_throws_and_writes_nothing(Message message)
    {
        int size = message.Bytes.Length;
        foreach (int length in Enumerable.Range(0, Math.Min(size, 128)).Append(size - 1))
        {
            GuardedBytes destination = new(length, 3);

            Assert.That(() => message.Rewrite(message.Bytes, destination.Span), Throws.ArgumentException);
            Assert.That(destination.Untouched);
        }
    }

    [TestCaseSource(typeof(Messages), nameof(Messages.Service))]
    public void Read_and_write_allocate_nothing(Message message)
    {
        byte[] destination = new byte[message.Bytes.Length];
        message.Rewrite(message.Bytes, destination);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            message.Rewrite(message.Bytes, destination);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static bool IsRefused(Message message, ReadOnlySpan<byte> source, Span<byte> destination)
    {
        try
        {
            message.Rewrite(source, destination);
            return false;
        }
        catch (WireFormatException)
        {
            return true;
        }
    }
}
