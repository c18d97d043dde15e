using System.Runtime.InteropServices;
using CsCheck;
using Quorum.Managed.Protocol.Cmap;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Protocol.Tests;

/// <summary>The messages of cmap. No request that a client can build harms a daemon.</summary>
[TestFixture]
internal sealed class CmapTests
{
    private const string Counter = "stats.srp.orf_token_rx";

    [Test]
    public void CmapGet_is_what_libcmap_sends_but_for_the_room()
    {
        byte[] expected = Load("native-cmap-get-value-request");
        MemoryMarshal.Write(expected.AsSpan(280), 16385ul);

        Assert.That(Written(new CmapGetRequest("totem.token")), Is.EqualTo(expected));
    }

    [Test]
    public void CmapGetNumber_is_what_libcmap_sends() =>
        Assert.That(
            Written(new CmapGetNumberRequest("totem.token")), Is.EqualTo(Load("native-cmap-get-value-request")));

    [Test]
    public void OldDaemonProbe_is_what_libcmap_sends() =>
        Assert.That(
            Written(default(OldDaemonProbeRequest)), Is.EqualTo(Load("native-cmap-get-absent-request")));

    // Facts of the wire: below 64 bytes the daemon can write past its buffer, and 0 can kill it. Above 16385 bytes the
    // answer no longer fits into the rings that are asked for.
    [Test]
    public void Room_of_each_request_with_a_key_of_the_callers_is_harmless()
    {
        Gen.Char['!', '~'].Array[1, 255].Select(static c => new string(c)).Sample(key =>
            Room(Written(new CmapGetRequest(key))) == 16385 && Room(Written(new CmapGetNumberRequest(key))) == 64);
        static ulong Room(byte[] request) => ReceivedCmapGet.Read(request).Room;
    }

    [Test]
    public void Room_of_zero_goes_with_one_key_only_which_is_in_no_statistics_map()
    {
        ReceivedCmapGet probe = ReceivedCmapGet.Read(Written(default(OldDaemonProbeRequest)));
        Assert.That(probe.Room, Is.Zero);
        Assert.That(probe.Key, Is.EqualTo("runtime.connections.active"));
    }

    [Test]
    public void Keys_of_1_to_255_bytes_are_sent_whole([Values(1, 2, 254, 255)] int length)
    {
        string key = new('k', length);
        byte[] request = Written(new CmapGetRequest(key));

        Assert.That(ReceivedCmapGet.Read(request).Key, Is.EqualTo(key));
        Assert.That(request[24 + length], Is.Zero, "the NUL that the daemon goes by");
        Assert.That(MemoryMarshal.Read<ushort>(request.AsSpan(16)), Is.EqualTo(length));
    }

    private static IEnumerable<string> BadKeys => ["", new string('k', 256), new string('é', 128), "a\0b", "\0"];

    [TestCaseSource(nameof(BadKeys))]
    public void Key_that_cannot_be_sent_is_refused(string key)
    {
        Assert.That(() => new CmapGetRequest(key), Throws.ArgumentException);
        Assert.That(() => new CmapGetNumberRequest(key), Throws.ArgumentException);
    }

    [Test]
    public void Request_without_a_key_or_a_map_cannot_be_written()
    {
        Assert.That(() => Written(default(CmapGetRequest)), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Written(default(CmapGetNumberRequest)), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => Written(default(SetCurrentMapRequest)), Throws.InstanceOf<ArgumentException>());
    }

    [Test]
    public void SetCurrentMap_is_what_the_daemon_took_and_its_answer_has_another_id()
    {
        Assert.That(Written(new SetCurrentMapRequest(CmapMap.Statistics)), Is.EqualTo(Load("cmap-set-map-request")));
        Assert.That(SetCurrentMapRequest.Read(Load("cmap-set-map-request")).Map, Is.EqualTo(CmapMap.Statistics));
        Assert.That(
            Written(new SetCurrentMapRequest(CmapMap.Configuration)),
            Is.EqualTo(Hex.Bytes("09000000 00000000 18000000 00000000 00000000 00000000")));
        Assert.That(SetCurrentMapRequest.ResponseId, Is.EqualTo(10));
        Assert.That(
            StatusResponse.Read(Load("cmap-set-map-response"), SetCurrentMapRequest.ResponseId).Error,
            Is.EqualTo(CorosyncError.Ok));
        Assert.That(
            StatusResponse.Read(Load("cmap-no-such-map-response"), SetCurrentMapRequest.ResponseId).Error,
            Is.EqualTo(CorosyncError.NotExist));
    }

    [TestCase(CmapMap.None)]
    [TestCase((CmapMap)3)]
    [TestCase((CmapMap)(-1))]
    public void SetCurrentMap_to_no_map_is_refused(CmapMap map) =>
        Assert.That(() => new SetCurrentMapRequest(map), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase("u8", CmapValueType.U8, 200ul)]
    [TestCase("u16", CmapValueType.U16, 60000ul)]
    [TestCase("u32", CmapValueType.U32, 4000000000ul)]
    [TestCase("u64", CmapValueType.U64, ulong.MaxValue)]
    public void Unsigned_integer_is_read(string name, CmapValueType type, ulong expected)
    {
        CmapGetNumberResponse response = Number(name);
        Assert.That(response.ValueType, Is.EqualTo(type));
        Assert.That(response.Value.TryGetUInt64(out ulong value));
        Assert.That(value, Is.EqualTo(expected));
        Assert.That(response.Value.TryGetInt64(out _), Is.EqualTo(expected <= long.MaxValue));
    }

    [TestCase("i8", CmapValueType.I8, -5)]
    [TestCase("i16", CmapValueType.I16, -300)]
    [TestCase("i32", CmapValueType.I32, -70000)]
    [TestCase("i64", CmapValueType.I64, -5000000000)]
    public void Negative_integer_is_read(string name, CmapValueType type, long expected)
    {
        CmapGetNumberResponse response = Number(name);
        Assert.That(response.ValueType, Is.EqualTo(type));
        Assert.That(response.Value.TryGetInt64(out long value));
        Assert.That(value, Is.EqualTo(expected));
        Assert.That(response.Value.TryGetUInt64(out _), Is.False);
    }

    [TestCase("flt", CmapValueType.F32, 1.5)]
    [TestCase("dbl", CmapValueType.F64, -2.25)]
    public void Floating_point_number_is_read(string name, CmapValueType type, double expected)
    {
        CmapGetNumberResponse response = Number(name);
        Assert.That(response.ValueType, Is.EqualTo(type));
        Assert.That(response.Value.TryGetDouble(out double value));
        Assert.That(value, Is.EqualTo(expected));
        Assert.That(response.Value.TryGetInt64(out _) || response.Value.TryGetUInt64(out _), Is.False);
    }

    [Test]
    public void Text_and_binary_are_read()
    {
        CmapValue text = CmapGetResponse.Read(Load("cmap-str-response"), ReceivedCmapGet.Id).Value;
        CmapValue binary = CmapGetResponse.Read(Load("cmap-bin-response"), ReceivedCmapGet.Id).Value;
        Assert.That(text, Is.EqualTo(CmapValue.Of("a text")));
        Assert.That(text.TryGetText(out string? value));
        Assert.That(value, Is.EqualTo("a text"));
        Assert.That(text.ToBytes(), Is.EqualTo("a text"u8.ToArray()));
        Assert.That(binary.Type, Is.EqualTo(CmapValueType.Binary));
        Assert.That(binary.ToBytes(), Is.EqualTo(Enumerable.Repeat((byte)1, 300)));
    }

    [Test]
    public void Text_and_absent_and_too_long_values_are_no_numbers()
    {
        byte[] text = Load("native-cmap-get-value-response");
        text[24] = 7;
        text[32] = (byte)CmapValueType.Text;
        CmapGetNumberResponse read = CmapGetNumberResponse.Read(text, ReceivedCmapGet.Id);
        Assert.That(read, Is.EqualTo(new CmapGetNumberResponse(CorosyncError.Ok, CmapValueType.Text)));
        Assert.That(Number("absent").Error, Is.EqualTo(CorosyncError.NotExist));
        Assert.That(Number("too-long").Error, Is.EqualTo(CorosyncError.InvalidParam));
        Assert.That(Number("counter").Value.Type, Is.EqualTo(CmapValueType.U64));
    }

    [Test]
    public void Value_of_a_length_that_is_wrong_for_its_type_is_no_answer([Values(0, 3, 5, 65, 255)] byte length)
    {
        byte[] bytes = Load("native-cmap-get-value-response");
        bytes[24] = length;
        Assert.That(
            () => CmapGetNumberResponse.Read(bytes, ReceivedCmapGet.Id), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void Value_longer_than_its_room_is_no_answer()
    {
        byte[] bytes = Load("cmap-str-response");
        MemoryMarshal.Write(bytes.AsSpan(24), 16386ul);
        Assert.That(() => CmapGetResponse.Read(bytes, ReceivedCmapGet.Id), Throws.TypeOf<WireFormatException>());
        MemoryMarshal.Write(bytes.AsSpan(24), ulong.MaxValue);
        Assert.That(() => CmapGetResponse.Read(bytes, ReceivedCmapGet.Id), Throws.TypeOf<WireFormatException>());
    }

    [Test]
    public void Value_of_an_unknown_type_is_kept()
    {
        byte[] bytes = Load("cmap-bin-response");
        bytes[32] = 77;
        CmapValue value = CmapGetResponse.Read(bytes, ReceivedCmapGet.Id).Value;
        Assert.That(value.Type, Is.EqualTo((CmapValueType)77));
        Assert.That(value.ToBytes(), Has.Length.EqualTo(300));
    }

    [Test]
    public void Answer_cut_at_any_byte_is_refused()
    {
        byte[] bytes = Load("cmap-u32-response");
        for (int cut = 0; cut < bytes.Length; cut++)
        {
            Assert.That(
                () => CmapGetNumberResponse.Read(bytes.AsSpan(0, cut), ReceivedCmapGet.Id),
                Throws.TypeOf<WireFormatException>(),
                $"cut at {cut}");
        }
    }

    [Test]
    public void Values_of_every_type_round_trip_in_any_room_that_holds_them() =>
        Gen.Select(Gen.Int[1, 13], Gen.Byte[1, 126].Array[8, 64]).Sample((number, bytes) =>
        {
            CmapValueType type = (CmapValueType)number;
            int size = number switch { <= 2 => 1, <= 4 => 2, 5 or 6 or 9 => 4, 7 or 8 or 10 => 8, _ => 50 };
            CmapValue value = CmapValue.FromBytes(type, bytes.AsSpan(0, Math.Min(size, bytes.Length)));
            CmapGetResponse response = new(CorosyncError.Ok, value);
            byte[] large = new byte[response.SizeFor(16385)];
            byte[] small = new byte[response.SizeFor(64)];
            response.WriteTo(large, 16385);
            response.WriteTo(small, 64);
            return CmapGetResponse.Read(large, ReceivedCmapGet.Id) == response
                && value.ToBytes().AsSpan().SequenceEqual(bytes.AsSpan(0, value.ToBytes().Length))
                && (size == 50 || CmapGetNumberResponse.Read(small, ReceivedCmapGet.Id).Value == value);
        });

    [Test]
    public void Number_is_read_and_asked_for_without_an_allocation()
    {
        byte[] request = new byte[288];
        byte[] response = Load("cmap-counter-response");
        long least = long.MaxValue;
        for (int round = 0; round < 30 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++)
            {
                new CmapGetNumberRequest(Counter).WriteTo(request);
                _ = CmapGetNumberResponse.Read(response, ReceivedCmapGet.Id).Value.TryGetUInt64(out _);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(least, Is.Zero);
    }

    private static CmapGetNumberResponse Number(string name) =>
        CmapGetNumberResponse.Read(Load($"cmap-{name}-response"), ReceivedCmapGet.Id);

    private static byte[] Written<T>(IWireRequest<T> request)
        where T : IWireResponse<T>
    {
        byte[] bytes = new byte[300];
        return bytes[..request.WriteTo(bytes)];
    }

    private static byte[] Load(string name) =>
        File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", $"{name}.bin"));
}
