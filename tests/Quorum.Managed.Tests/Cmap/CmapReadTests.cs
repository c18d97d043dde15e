using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Cmap;

/// <summary>What a cmap connection reads, from a daemon that the test plays.</summary>
public sealed class CmapReadTests : CmapFixture
{
    [Test]
    public async Task GetUInt64_reads_every_integer_and_refuses_what_is_none()
    {
        await WithAnswersAsync(
            [
                Number(U64, 8, ulong.MaxValue), Number(6, 4, 500), Number(5, 4, uint.MaxValue), Number(9, 4, 0),
                Number(11, 7, 0), RawPeer.Response(Get, 40, NotExist), RawPeer.Response(Get, 40, 7), Number(6, 4, 1),
            ],
            async connection =>
            {
                Assert.That(await connection.GetUInt64Async(Counter), Is.EqualTo(ulong.MaxValue));
                Assert.That(connection.GetUInt64("totem.token"), Is.EqualTo(500));
                Assert.That(() => connection.GetUInt64("negative"), Throws.InstanceOf<OverflowException>());
                Assert.That(
                    async () => await connection.GetUInt64Async("float"),
                    Throws.InvalidOperationException.With.Message.Contains("F32"));
                Assert.That(
                    async () => await connection.GetUInt64Async("text"),
                    Throws.InvalidOperationException.With.Message.Contains("Text"));
                Assert.That(await connection.GetUInt64Async("absent"), Is.Null);
                Assert.That(
                    () => connection.GetUInt64("long"), Throws.InvalidOperationException.With.Message.Contains("long"));
                Assert.That(connection.GetUInt64("usable"), Is.EqualTo(1), "the connection stays usable");
            });
    }

    [Test]
    public async Task Get_of_an_absent_key_is_no_error_and_a_refusal_is_one()
    {
        await WithAnswersAsync(
            [
                RawPeer.Response(Get, 40, NotExist), RawPeer.Response(Get, 40, NotExist),
                RawPeer.Response(0, 24, 6), RawPeer.Response(0, 24, 6),
            ],
            async connection =>
            {
                Assert.That(connection.TryGet("absent", out CmapValue value), Is.False);
                Assert.That(value, Is.EqualTo(default(CmapValue)));
                Assert.That(await connection.GetAsync("absent"), Is.Null);
                Assert.That(
                    async () => await connection.GetAsync("held"),
                    Throws.InstanceOf<QuorumRefusedException>().With.Property("IsTransient").True);
                Assert.That(
                    () => connection.GetUInt64("held"),
                    Throws.InstanceOf<QuorumRefusedException>().With.Property("Error").EqualTo(CorosyncError.TryAgain));
            });
    }

    [Test]
    public async Task Key_that_cannot_be_one_is_misuse_and_nothing_is_sent([Values("", "a\0b", null)] string? key)
    {
        await WithAnswersAsync([], connection =>
        {
            Assert.That(() => connection.TryGet(key!, out _), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => connection.GetAsync(key!).AsTask(), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => connection.GetUInt64(new string('k', 256)), Throws.ArgumentException);
            Assert.That(() => connection.GetUInt64Async(key!).AsTask(), Throws.InstanceOf<ArgumentException>());
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task Answer_that_is_none_closes_the_connection()
    {
        await WithAnswersAsync([Number(U64, 3, 1)], connection =>
        {
            Assert.That(
                () => connection.GetUInt64(Counter), Throws.InstanceOf<QuorumConnectionClosedException>());
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task Disposed_connection_says_so()
    {
        (CmapConnection connection, RawPeer _) = await ConnectAsync(
            CmapMap.Configuration, async: true, static peer => peer.AcceptSharedMemory());
        await connection.DisposeAsync();
        connection.Dispose();
        Assert.That(() => connection.TryGet(Counter, out _), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(
            async () => await connection.GetUInt64Async(Counter), Throws.InstanceOf<ObjectDisposedException>());
    }

#if !DEBUG
    [Test]
    public async Task GetUInt64_allocates_nothing([Values] bool async)
    {
        (CmapConnection connection, RawPeer peer) = await ConnectAsync(
            CmapMap.Configuration, async: false, static peer => peer.AcceptSharedMemory());
        byte[] answer = Number(U64, 8, 7);
        byte[] request = new byte[288];
        long least = long.MaxValue;
        for (int round = 0; round < 30 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                peer.Respond(answer);
                _ = async ? Taken(connection.GetUInt64Async(Counter)) : connection.GetUInt64(Counter);
                _ = peer.Socket.Receive(request.AsSpan(0, 1));
                _ = peer.RequestRing.Read(request);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        connection.Dispose();
        Assert.That(least, Is.Zero);

        static ulong? Taken(ValueTask<ulong?> pending) => pending.IsCompletedSuccessfully
            ? pending.GetAwaiter().GetResult()
            : throw new InvalidOperationException("The call waits for an answer that is in the ring.");
    }
#endif
}
