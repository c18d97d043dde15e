using CsCheck;
using Quorum.Managed.Ipc.SharedMemory;

namespace Quorum.Managed.Ipc.Tests;

public class RingTests
{
    // A step from 0 on is a write of that many bytes. A negative step is a read.
    private static readonly Gen<int[]> Steps = Gen.Frequency((3, Gen.Int[0, 300]), (2, Gen.Const(-1))).Array[1, 200];

    [Test]
    public void Any_sequence_of_writes_and_reads_behaves_like_a_queue() =>
        Gen.Select(Gen.UInt[16, 200], Steps).Sample(
            (words, steps) =>
            {
                using MemoryRing memory = new(words);
                RingWriter writer = new(memory.Ring);
                RingReader reader = new(memory.Ring);
                Queue<byte[]> model = new();
                uint used = 0;
                byte[] buffer = new byte[4096];
                foreach (int step in steps)
                {
                    if (step >= 0)
                    {
                        byte[] payload = new byte[step];
                        Random.Shared.NextBytes(payload);
                        // protocol-docs/shared-memory-rings.md: one word stays free unless the ring is empty, and a
                        // write needs 12 bytes more than its payload.
                        uint free = (model.Count == 0 ? words : words - used - 1) * 4;
                        bool fits = (model.Count == 0 || used != words) && payload.Length + 12 <= free;
                        Assert.That(writer.TryWrite(payload), Is.EqualTo(fits));
                        if (fits)
                        {
                            model.Enqueue(payload);
                            used += Words(payload);
                        }
                    }
                    else
                    {
                        int length = reader.TryRead(buffer);
                        if (model.TryDequeue(out byte[]? expected))
                        {
                            Assert.That(buffer.AsSpan(0, Math.Max(length, 0)).ToArray(), Is.EqualTo(expected));
                            used -= Words(expected);
                        }
                        else
                        {
                            Assert.That(length, Is.EqualTo(-1));
                        }
                    }

                    Assert.That(memory.Ring.Semaphore.Value, Is.EqualTo((uint)model.Count));
                    Assert.That(memory.GuardIsIntact);
                }
            },
            iter: 3000);

    [Test]
    public void Write_of_more_than_the_ring_is_refused_and_changes_nothing()
    {
        using MemoryRing memory = new(64);
        RingWriter writer = new(memory.Ring);
        Assert.Multiple(() =>
        {
            Assert.That(writer.TryWrite(new byte[64 * 4]), Is.False);
            Assert.That(memory.Ring.WriteIndex, Is.Zero);
            Assert.That(memory.Ring.Semaphore.Value, Is.Zero);
        });
    }

    [Test]
    public void Chunk_that_fills_the_ring_to_the_last_word_reads_back_and_the_next_is_refused()
    {
        using MemoryRing memory = new(64);
        RingWriter writer = new(memory.Ring);
        RingReader reader = new(memory.Ring);
        byte[] buffer = new byte[256];
        // 61 words of payload and 2 of header leave one word, which a writer keeps free.
        Assert.That(writer.TryWrite(new byte[61 * 4]));
        Assert.That(writer.TryWrite([]), Is.False);
        Assert.That(reader.TryRead(buffer), Is.EqualTo(61 * 4));
        Assert.That(reader.TryRead(buffer), Is.EqualTo(-1));
    }

    [Test]
    public void Read_of_an_announced_chunk_without_the_magic_is_corruption(
        [Values(0u, RingLayout.MagicAllocated, RingLayout.MagicReclaimed, 0xFFFFFFFFu)] uint magic)
    {
        using MemoryRing memory = new(64);
        RingWriter writer = new(memory.Ring);
        RingReader reader = new(memory.Ring);
        writer.TryWrite([1, 2, 3]);
        memory.Ring.Word(RingLayout.ChunkMagic) = magic;
        Assert.That(
            () => reader.TryRead(new byte[64]),
            Throws.TypeOf<RingCorruptException>().With.Message.Contains($"0x{magic:X8}"));
    }

    [Test]
    public void Read_of_a_size_beyond_the_ring_is_corruption(
        [Values(65u, 255u, 0x7FFFFFFFu, 0xFFFFFFFFu)] uint size)
    {
        using MemoryRing memory = new(64);
        RingWriter writer = new(memory.Ring);
        RingReader reader = new(memory.Ring);
        writer.TryWrite([1, 2, 3]);
        memory.Ring.Word(RingLayout.ChunkSize) = size;
        Assert.That(() => reader.TryRead(new byte[64]), Throws.TypeOf<RingCorruptException>());
    }

    [Test]
    public void Ends_refuse_an_index_outside_the_ring([Values(64u, 65u, 0xFFFFFFFFu)] uint index)
    {
        using MemoryRing memory = new(64);
        RingWriter writer = new(memory.Ring);
        memory.Ring.ReadIndex = index;
        Assert.That(() => writer.TryWrite([1]), Throws.TypeOf<RingCorruptException>());
        Assert.That(() => new RingReader(memory.Ring), Throws.TypeOf<RingCorruptException>());
        memory.Ring.WriteIndex = index;
        Assert.That(() => new RingWriter(memory.Ring), Throws.TypeOf<RingCorruptException>());
    }

    [Test]
    public void Writer_and_reader_on_two_threads_pass_every_message_in_order()
    {
        const int Count = 200_000;
        using MemoryRing memory = new(1024);
        RingReader reader = new(memory.Ring);
        Thread thread = new(() =>
        {
            RingWriter writer = new(memory.Ring);
            byte[] payload = new byte[97];
            for (int i = 0; i < Count; i++)
            {
                Span<byte> message = payload.AsSpan(0, 4 + i % 90);
                message.Fill((byte)i);
                BitConverter.TryWriteBytes(message, i);
                while (!writer.TryWrite(message))
                {
                    Thread.Yield();
                }
            }
        });
        thread.Start();
        byte[] buffer = new byte[128];
        for (int i = 0; i < Count; i++)
        {
            int length;
            while ((length = reader.TryRead(buffer)) < 0)
            {
                Thread.Yield();
            }

            int number = BitConverter.ToInt32(buffer);
            if (length != 4 + i % 90 || number != i || buffer.AsSpan(4..length).ContainsAnyExcept((byte)i))
            {
                Assert.Fail($"Message {i} came as {length} bytes that begin with {number}.");
            }
        }

        thread.Join();
        Assert.That(memory.Ring.Semaphore.Value, Is.Zero);
    }

    private static uint Words(byte[] payload) => RingLayout.ChunkHeaderWords + ((uint)payload.Length + 3) / 4;
}
