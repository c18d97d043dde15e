using System.Reflection;
using System.Runtime.InteropServices;
using CsCheck;
using Quorum.Managed.Protocol.Cfg;
using Quorum.Managed.Protocol.Cmap;
using Quorum.Managed.Protocol.VoteQuorum;

namespace Quorum.Managed.Protocol.Tests;

/// <summary>
/// What harms a daemon cannot be written, whatever a caller passes: protocol-docs/votequorum.md, "Requests that harm",
/// protocol-docs/cmap.md, "Requests that harm the daemon", and protocol-docs/cfg.md, "Requests".
/// </summary>
[TestFixture]
internal sealed class HarmlessRequestTests
{
    private const int PrefixBit = 8;

    private static readonly Gen<string> Names =
        Gen.OneOf(Gen.Char['!', '~'], Gen.Char, Gen.Const('\0')).Array[0, 300].Select(static c => new string(c));

    private static IEnumerable<Type> RequestTypes => typeof(WireLimits).Assembly.GetTypes()
        .Where(static type => type.IsValueType && type.GetInterfaces().Any(static i =>
            i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IWireRequest<>)));

    // The ids that this assembly can write to each service. Writes, quorum devices, kill, stop and reload are not among
    // them, and no id of cpg is.
    [TestCase("Quorum.Managed.Protocol.VoteQuorum", new[] { 0, 3, 4 })]
    [TestCase("Quorum.Managed.Protocol.Cmap", new[] { 2, 4, 5, 6, 7, 8, 9 })]
    [TestCase("Quorum.Managed.Protocol.Cfg", new[] { 0, 4, 5, 6, 9, 10, 11 })]
    [TestCase("Quorum.Managed.Protocol", new[] { 0, 1, 2, 3, 4 })]
    public void Requests_that_exist_are_those_that_read(string service, int[] ids) =>
        Assert.That(
            RequestTypes.Where(type => string.Equals(type.Namespace, service, StringComparison.Ordinal))
                .Select(static type => (int)type.GetProperty("Id", BindingFlags.Static | BindingFlags.Public)!
                    .GetValue(null)!)
                .Distinct()
                .Order(),
            Is.EqualTo(ids));

    [Test]
    public void Requests_of_no_other_service_exist() =>
        Assert.That(
            RequestTypes.Select(static type => type.Namespace).Distinct(),
            Is.EquivalentTo((string[])
            [
                "Quorum.Managed.Protocol", "Quorum.Managed.Protocol.VoteQuorum", "Quorum.Managed.Protocol.Cmap",
                "Quorum.Managed.Protocol.Cfg",
            ]));

    // Every request is written whole, so that the daemon reads nothing stale: its header says what was written.
    [TestCaseSource(nameof(RequestTypes))]
    public void Request_is_written_whole(Type type)
    {
        object request = type == typeof(CmapGetRequest) ? new CmapGetRequest("k")
            : type == typeof(CmapGetNumberRequest) ? new CmapGetNumberRequest("k")
            : type == typeof(CmapIterInitRequest) ? new CmapIterInitRequest("k")
            : type == typeof(CmapTrackAddRequest)
                ? new CmapTrackAddRequest(CmapMap.Configuration, "k", CmapChanges.All, 1)
            : type == typeof(SetCurrentMapRequest) ? new SetCurrentMapRequest(CmapMap.Statistics)
            : Activator.CreateInstance(type)!;
        int size = (int)type.GetProperty("Size", BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!;
        Writer write = type.GetMethod("WriteTo")!.CreateDelegate<Writer>(request);
        byte[] bytes = [.. Enumerable.Repeat((byte)0xEE, size)];

        Assert.That(write(bytes), Is.EqualTo(size));
        Assert.That(MemoryMarshal.Read<int>(bytes.AsSpan(8)), Is.EqualTo(size));
        Assert.That(bytes.Skip(16), Has.None.EqualTo((byte)0xEE), "a byte that was not written");
    }

    // Tracking one key, without the bit 8, kills a daemon on some keys of the statistics map.
    [Test]
    public void Tracker_is_for_a_prefix_and_in_the_statistics_map_for_additions_and_deletions() =>
        Gen.Select(Gen.Enum<CmapMap>(), Names, Gen.Int[-1, 20], Gen.ULong).Sample((map, name, changes, tag) =>
        {
            byte[] bytes = new byte[296];
            try
            {
                new CmapTrackAddRequest(map, name, (CmapChanges)changes, tag).WriteTo(bytes);
            }
            catch (ArgumentException)
            {
                return true;
            }

            int what = MemoryMarshal.Read<int>(bytes.AsSpan(280));
            return (what & PrefixBit) != 0
                && what < 16
                && (map == CmapMap.Configuration || what == (PrefixBit | 1 | 4))
                && EndsWithNul(bytes, 16);
        });

    [Test]
    public void Name_that_is_written_ends_with_a_NUL_and_has_none_inside() =>
        Names.Sample(static name =>
        {
            byte[] bytes = new byte[296];
            try
            {
                new CmapIterInitRequest(name).WriteTo(bytes);
            }
            catch (ArgumentException)
            {
                return true;
            }

            return EndsWithNul(bytes, 16);
        });

    [Test]
    public void Default_value_of_a_request_with_a_name_cannot_be_written()
    {
        byte[] bytes = new byte[296];
        Assert.That(() => default(CmapIterInitRequest).WriteTo(bytes), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => default(CmapTrackAddRequest).WriteTo(bytes), Throws.InstanceOf<ArgumentException>());
        Assert.That(bytes, Is.All.Zero);
    }

    // Votequorum's one number is a node to ask about; a quorum device has no place in these messages.
    [Test]
    public void Votequorum_requests_carry_no_name() =>
        Assert.That(
            (int[])[GetInfoRequest.Size, VoteQuorumTrackStartRequest.Size, VoteQuorumTrackStopRequest.Size],
            Is.EqualTo((int[])[24, 32, 16]));

    // What a reply says is yes or no. Two are needed to answer for two, which CfgConnection does not allow.
    [Test]
    public void Reply_to_a_shutdown_is_yes_or_no([Values] bool allow)
    {
        byte[] bytes = new byte[24];
        new ReplyToShutdownRequest(allow).WriteTo(bytes);
        Assert.That(MemoryMarshal.Read<uint>(bytes.AsSpan(16)), Is.EqualTo(allow ? 1u : 0u));
    }

    private delegate int Writer(Span<byte> destination);

    private static bool EndsWithNul(byte[] bytes, int at)
    {
        int length = MemoryMarshal.Read<ushort>(bytes.AsSpan(at));
        return length <= 255
            && bytes.AsSpan(at + 8, 256).IndexOf((byte)0) == length
            && bytes.AsSpan(at + 8 + length, 256 - length).IndexOfAnyExcept((byte)0) < 0;
    }
}
