using System.Globalization;
using System.Net;
using Quorum.Managed.Protocol.Cfg;
using Quorum.Managed.Protocol.Cmap;
using Quorum.Managed.Protocol.VoteQuorum;

namespace Quorum.Managed.Protocol.Tests;

/// <summary>
/// Messages of votequorum, cfg and cmap, captured as Golden/README.md says, on node 1 of three nodes with knet.
/// </summary>
[TestFixture]
internal sealed class ServiceGoldenTests
{
    private static readonly VoteQuorumInfo Node2 = new()
    {
        NodeId = new NodeId(2),
        State = VoteQuorumNodeState.Member,
        Votes = 1,
        ExpectedVotes = 3,
        HighestExpectedVotes = 3,
        TotalVotes = 3,
        Quorum = 2,
        Flags = VoteQuorumFlags.Quorate,
        DeviceName = "",
    };

    private static IEnumerable<TestCaseData> Requests =>
    [
        Case("votequorum-getinfo", static d => new GetInfoRequest(new NodeId(2)).WriteTo(d)),
        Case(
            "votequorum-trackstart",
            static d => new VoteQuorumTrackStartRequest(0xABC, TrackFlags.Changes).WriteTo(d)),
        Case("votequorum-trackstop", static d => default(VoteQuorumTrackStopRequest).WriteTo(d)),
        Case("cfg-ringstatus", static d => default(RingStatusRequest).WriteTo(d)),
        Case("cfg-addresses", static d => new GetNodeAddressesRequest(new NodeId(2)).WriteTo(d)),
        Case("cfg-local", static d => default(LocalGetRequest).WriteTo(d)),
        Case("cfg-nodestatus", static d => new NodeStatusRequest(new NodeId(2)).WriteTo(d)),
        Case("cfg-trackstart", static d => default(CfgTrackStartRequest).WriteTo(d)),
        Case("cfg-reply-no", static d => new ReplyToShutdownRequest(false).WriteTo(d)),
        Case("cfg-trackstop", static d => default(CfgTrackStopRequest).WriteTo(d)),
        Case("cmap-iter", static d => new CmapIterInitRequest("nodelist.local").WriteTo(d)),
    ];

    [TestCaseSource(nameof(Requests))]
    public void Request_of_ours_is_what_the_daemon_took_and_what_the_native_library_sends(string name, Write write)
    {
        byte[] buffer = new byte[512];
        byte[] ours = buffer[..write(buffer)];

        Assert.That(ours, Is.EqualTo(Load($"{name}-request")));
        byte[] native = Load($"native-{name}-request");
        Assert.That(native, Has.Length.EqualTo(ours.Length));
        foreach (int at in Fields(native[0], name))
        {
            Assert.That(ours[at..(at + 4)], Is.EqualTo(native[at..(at + 4)]), $"field at {at}");
        }
    }

    // The tag of libcmap is a handle of its own, and handles of the daemon differ from run to run.
    [Test]
    public void Tracker_of_ours_is_what_the_daemon_took_and_what_libcmap_sends_but_for_the_tag()
    {
        byte[] ours = new byte[296];
        new CmapTrackAddRequest(CmapMap.Configuration, "golden.t", CmapChanges.All, 0x1122).WriteTo(ours);

        Assert.That(ours, Is.EqualTo(Load("cmap-track-request")));
        byte[] native = Load("native-cmap-track-request");
        Assert.That(native[16..18], Is.EqualTo(ours[16..18]));
        Assert.That(native[24..33], Is.EqualTo(ours[24..33]));
        Assert.That(native[280..284], Is.EqualTo(ours[280..284]));
    }

    [TestCase("cmap-next", 5)]
    [TestCase("cmap-iter-end", 6)]
    [TestCase("cmap-untrack", 8)]
    public void Request_with_a_handle_has_it_where_the_daemon_gave_it(string name, int id)
    {
        byte[] golden = Load($"{name}-request");
        ulong handle = BitConverter.ToUInt64(golden, 16);
        byte[] ours = new byte[24];
        _ = id switch
        {
            5 => new CmapIterNextRequest(handle).WriteTo(ours),
            6 => new CmapIterFinalizeRequest(handle).WriteTo(ours),
            _ => new CmapTrackDeleteRequest(handle).WriteTo(ours),
        };

        Assert.That(ours, Is.EqualTo(golden));
        string first = id == 8 ? "cmap-track-response" : "cmap-iter-response";
        Assert.That(CmapHandleResponse.Read(Load(first), id == 8 ? 7 : 4).Handle, Is.EqualTo(handle));
        Assert.That(Load($"native-{name}-request"), Has.Length.EqualTo(24));
    }

    [Test]
    public void GetInfo_response_is_read()
    {
        Assert.That(
            GetInfoResponse.Read(Load("votequorum-getinfo-response"), GetInfoRequest.ResponseId),
            Is.EqualTo(new GetInfoResponse(CorosyncError.Ok, Node2)));
        Assert.That(
            GetInfoResponse.Read(Load("votequorum-getinfo-unknown-response"), GetInfoRequest.ResponseId),
            Is.EqualTo(new GetInfoResponse(CorosyncError.NotExist)),
            "the rest is garbage");
    }

    [TestCase("votequorum-trackstart", 0, CorosyncError.Ok)]
    [TestCase("votequorum-trackstop", 0, CorosyncError.Ok)]
    [TestCase("votequorum-trackstop-again", 0, CorosyncError.NotExist)]
    [TestCase("cfg-trackstart", 2, CorosyncError.Ok)]
    [TestCase("cfg-trackstop", 3, CorosyncError.Ok)]
    [TestCase("cfg-reply-no", 13, CorosyncError.Ok)]
    [TestCase("cfg-reply-late", 13, CorosyncError.Access)]
    [TestCase("cmap-iter-end", 6, CorosyncError.Ok)]
    public void Status_response_is_read(string name, int id, CorosyncError error) =>
        Assert.That(StatusResponse.Read(Load(name + "-response"), id), Is.EqualTo(new StatusResponse(id, error)));

    [Test]
    public void Votequorum_notifications_are_read()
    {
        VoteQuorumNodeListEvent list = VoteQuorumNodeListEvent.Read(Load("votequorum-nodelist"));
        Assert.That(list.Context, Is.EqualTo(0xABCul));
        Assert.That(list.RingId, Is.EqualTo(new RingId(new NodeId(1), 0x15)));
        Assert.That(list.Members.ToArray(), Is.EqualTo(Nodes.Of(1, 2, 3)));

        VoteQuorumChangedEvent quorum = VoteQuorumChangedEvent.Read(Load("votequorum-quorum"));
        Assert.That(quorum.Quorate);
        Assert.That(quorum.Context, Is.EqualTo(0xABCul));
        Assert.That(
            quorum.Nodes.ToArray(),
            Is.EqualTo(Nodes.Of(2, 3, 1).Select(id => new VoteQuorumNode(id, VoteQuorumNodeState.Member))));

        Assert.That(
            VoteQuorumExpectedVotesEvent.Read(Load("votequorum-expected")),
            Is.EqualTo(new VoteQuorumExpectedVotesEvent(0xABC, 3)));
    }

    [Test]
    public void Cfg_responses_are_read()
    {
        Assert.That(
            LocalGetResponse.Read(Load("cfg-local-response"), LocalGetRequest.ResponseId),
            Is.EqualTo(new LocalGetResponse(CorosyncError.Ok, new NodeId(1))));
        Assert.That(
            GetNodeAddressesResponse.Read(Load("cfg-addresses-response"), 11).Addresses,
            Is.EqualTo(new[] { IPAddress.Parse("10.91.1.2") }));
        Assert.That(
            GetNodeAddressesResponse.Read(Load("cfg-addresses-unknown-response"), 11),
            Is.EqualTo(new GetNodeAddressesResponse(CorosyncError.NotExist)));
        Assert.That(
            RingStatusResponse.Read(Load("cfg-ringstatus-response"), 0).Links,
            Is.EqualTo(new[] { ("0 10.91.1.1", "n33") }));
        Assert.That(
            TestShutdownEvent.Read(Load("cfg-testshutdown")),
            Is.EqualTo(new TestShutdownEvent(CfgShutdownFlags.Request)));
    }

    [Test]
    public void Node_status_response_is_read()
    {
        CfgNodeStatus status = NodeStatusResponse.Read(Load("cfg-nodestatus-response"), 16).Status!;

        Assert.That(status.NodeId, Is.EqualTo(new NodeId(2)));
        Assert.That(status.IsReachable);
        Assert.That(
            status.Links, Is.EqualTo(new[] { new CfgLink(0, true, true, 1446, "10.91.1.1", "10.91.1.2") }));
        Assert.That(
            NodeStatusResponse.Read(Load("cfg-nodestatus-unknown-response"), 16),
            Is.EqualTo(new NodeStatusResponse(CorosyncError.FailedOperation)));
    }

    [Test]
    public void Cmap_list_of_keys_is_read()
    {
        Assert.That(
            CmapIterNextResponse.Read(Load("cmap-next-response"), 5),
            Is.EqualTo(new CmapIterNextResponse(
                CorosyncError.Ok, new CmapKey("nodelist.local_node_pos", CmapValueType.U32, 4))));
        Assert.That(
            CmapIterNextResponse.Read(Load("cmap-next-end-response"), 5),
            Is.EqualTo(new CmapIterNextResponse(CorosyncError.NoSections)));
        Assert.That(CmapHandleResponse.Read(Load("cmap-untrack-response"), 8).Handle, Is.EqualTo(0x1122ul));
    }

    [TestCase("cmap-added", CmapChanges.Added, "abc", null)]
    [TestCase("cmap-modified", CmapChanges.Modified, "xy", "abc")]
    [TestCase("cmap-deleted", CmapChanges.Deleted, null, "xy")]
    public void Cmap_notification_is_read(string name, CmapChanges change, string? now, string? before) =>
        Assert.That(
            CmapChangedEvent.Read(Load(name)),
            Is.EqualTo(new CmapChangedEvent(0x1122, "golden.t", change, Value(now), Value(before))));

    public delegate int Write(Span<byte> destination);

    private static CmapValue Value(string? text) => text is null ? default : CmapValue.Of(text);

    private static TestCaseData Case(string name, Write write) =>
        new TestCaseData(name, write).SetArgDisplayNames(name);

    // Where a request has fields of four bytes; the rest is padding, which libraries leave as it is.
    private static int[] Fields(byte id, string name) => name.Split('-')[0] switch
    {
        "cmap" => [0, 8, 24, 28, 32, 36],
        _ when name.EndsWith("trackstart", StringComparison.Ordinal) && id == 3 => [0, 8, 16, 20, 24],
        _ when name.EndsWith("nodestatus", StringComparison.Ordinal) => [0, 8, 16, 24],
        _ when name.EndsWith("stop", StringComparison.Ordinal) || id is 0 or 6 => [0, 8],
        _ => [0, 8, 16],
    };

    private static byte[] Load(string name) => File.ReadAllBytes(Path.Combine(
        AppContext.BaseDirectory, "Golden", string.Create(CultureInfo.InvariantCulture, $"{name}.bin")));
}
