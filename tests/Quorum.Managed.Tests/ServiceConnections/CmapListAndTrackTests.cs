using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.ServiceConnections;

/// <summary>Listing and watching keys, with a daemon that the test plays.</summary>
public sealed class CmapListAndTrackTests() : ServiceFixture("cmap")
{
    private const ulong Handle = 0x1234_5678_0000_0001;
    private const int Text = 11;
    private const int U32 = 6;

    private static byte[] Iterator => RawPeer.Response(4, 32, 1).Put(24, Handle);

    private static byte[] End => RawPeer.Response(5, 304, 27);

    [Test]
    public async Task Keys_are_listed_and_the_iterator_is_ended([Values] bool async)
    {
        List<byte[]> requests = await UseAsync(
            [[Iterator], [Key("a.b", U32, 4)], [Key("a.c", Text, 9)], [End], [Status(6)]],
            async connection => Assert.That(
                async ? await ListAsync(connection.ListKeysAsync("a.")) : connection.ListKeys("a."),
                Is.EqualTo(new[] { new CmapKey("a.b", CmapValueType.U32, 4), new("a.c", CmapValueType.Text, 9) })));
        byte[] next = RawPeer.Request(5, 24).Put(16, Handle);
        Assert.That(requests, Is.EqualTo((byte[][])
        [
            RawPeer.Request(4, 280).Put(16, 2).Put(24, "a."), next, next, next, RawPeer.Request(6, 24).Put(16, Handle),
        ]));
    }

    [Test]
    public async Task Iterator_is_ended_when_the_enumeration_is([Values] bool async)
    {
        List<byte[]> requests = await UseAsync(
            [[Iterator], [Key("a", U32, 4)], [Status(6)]],
            async connection =>
            {
                if (async)
                {
                    await foreach (CmapKey _ in connection.ListKeysAsync())
                    {
                        break;
                    }
                }
                else
                {
                    _ = connection.ListKeys().First();
                }
            });
        Assert.That(requests[^1], Is.EqualTo(RawPeer.Request(6, 24).Put(16, Handle)));
    }

    // The end of the iterator would wait for the answer once more.
    [Test]
    public async Task Iterator_is_not_ended_by_a_request_while_the_daemon_owes_an_answer()
    {
        List<byte[]> requests = await UseAsync([[Iterator], []], async connection =>
        {
            using CancellationTokenSource stop = new();
            await using IAsyncEnumerator<CmapKey> keys =
                connection.ListKeysAsync("a.", stop.Token).GetAsyncEnumerator();
            Task<bool> first = keys.MoveNextAsync().AsTask();
            await Unanswered.Task.WaitAsync(Wait.Bound);
            await stop.CancelAsync();
            Assert.That(async () => await first.WaitAsync(Wait.Bound), Throws.InstanceOf<OperationCanceledException>());
        });
        Assert.That(requests, Has.Count.EqualTo(2));
    }

    // The first key is gone when its value is asked for, and the second one has become a text.
    [Test]
    public async Task Values_are_listed_with_their_keys_and_those_that_go_away_are_left_out([Values] bool async)
    {
        byte[] text = RawPeer.Response(2, 16425, 1).Put(24, 4UL).Put(40, "abc");
        text[32] = Text;
        byte[] tooLong = RawPeer.Response(2, 40, 7);
        await UseAsync(
            [
                [Iterator], [Key("gone", U32, 4)], [RawPeer.Response(2, 40, 12)], [Key("other", U32, 4)], [tooLong],
                [text], [Key("text", Text, 3)], [text], [End], [Status(6)],
            ],
            async connection => Assert.That(
                async ? await ListAsync(connection.ListAsync()) : connection.List(),
                Is.EqualTo(new KeyValuePair<string, CmapValue>[]
                {
                    new("other", CmapValue.Of("abc")), new("text", CmapValue.Of("abc")),
                })));
    }

    [Test]
    public async Task Prefix_that_is_too_long_or_has_a_NUL_is_misuse_and_nothing_is_sent()
    {
        await UseAsync([], connection =>
        {
            foreach (string prefix in (string[])[new string('p', 256), "a\0"])
            {
                Assert.That(() => connection.ListKeys(prefix), Throws.ArgumentException);
                Assert.That(() => connection.ListAsync(prefix), Throws.ArgumentException);
                Assert.That(() => connection.TrackAdd(prefix), Throws.ArgumentException);
                Assert.That(async () => await connection.TrackAddAsync(prefix), Throws.ArgumentException);
            }

            Assert.That(() => connection.TrackAdd("p", CmapChanges.None), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => connection.TrackDelete(1), Throws.ArgumentException);
            return Task.CompletedTask;
        });
    }

    [Test]
    public async Task Changes_are_told_to_their_trackers_callback_and_to_no_other_after_its_end([Values] bool async)
    {
        List<string> seen = [];
        byte[] added = RawPeer.Response(7, 32, 1).Put(24, Handle);
        byte[] deleted = RawPeer.Response(8, 32, 1).Put(24, 1UL);
        List<byte[]> requests = await UseAsync(
            [[added], [Change(2), Change(1), Status(99), Change(1), added], [deleted]],
            async connection =>
            {
                ulong first = async
                    ? await connection.TrackAddAsync("a.", null, (_, change) => seen.Add($"first {change.Key}"))
                    : connection.TrackAdd("a.", null, (_, change) => seen.Add($"first {change.Key}"));
                ulong second = connection.TrackAdd(
                    "", CmapChanges.Modified, (_, change) => seen.Add($"second {change.NewValue} {change.OldValue}"));
                Assert.That(connection.Dispatch(DispatchFlags.OneNonBlocking), Is.EqualTo(1));
                Assert.That(connection.Dispatch(DispatchFlags.OneNonBlocking), Is.EqualTo(1));
                connection.TrackDelete(first);
                Assert.That(connection.Dispatch(DispatchFlags.All), Is.Zero, "its tracker is no more");
                Assert.That((int[])[(int)first, (int)second], Is.EqualTo((int[])[1, 2]));
            });
        Assert.That(seen, Is.EqualTo((string[])["second xy abc", "first a.k"]));
        Assert.That(requests, Is.EqualTo((byte[][])
        [
            RawPeer.Request(7, 296).Put(16, 2).Put(24, "a.").Put(280, 15).Put(288, 1UL),
            RawPeer.Request(7, 296).Put(280, 10).Put(288, 2UL),
            RawPeer.Request(8, 24).Put(16, Handle),
        ]));
    }

    private static byte[] Key(string name, byte type, ulong length)
    {
        byte[] answer = RawPeer.Response(5, 304, 1).Put(24, name.Length).Put(32, name).Put(288, length);
        answer[296] = type;
        return answer;
    }

    private static byte[] Change(ulong tag)
    {
        byte[] message = RawPeer.Response(9, 343, 1)
            .Put(24, tag).Put(32, 3).Put(40, "a.k").Put(296, 2).Put(320, 3UL).Put(328, 4UL).Put(336, "xy\0abc\0");
        message[304] = Text;
        message[312] = Text;
        return message;
    }

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> items)
    {
        List<T> list = [];
        await foreach (T item in items)
        {
            list.Add(item);
        }

        return list;
    }

    private Task<List<byte[]>> UseAsync(byte[][][] steps, Func<CmapConnection, Task> use) =>
        WithAnswersAsync(
            () => CmapConnection.ConnectAsync(WithLimits(new CorosyncConnectionOptions())), steps, use);
}
