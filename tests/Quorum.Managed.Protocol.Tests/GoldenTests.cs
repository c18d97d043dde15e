namespace Quorum.Managed.Protocol.Tests;

/// <summary>Messages of a real corosync and of the native libraries, captured as Golden/README.md says.</summary>
[TestFixture]
internal sealed class GoldenTests
{
    private static readonly RingId FirstRing = new(new NodeId(1), 0x9);

    [Test]
    public void Connect_request_of_ours_is_what_the_daemon_took()
    {
        byte[] written = new byte[ConnectRequest.Size];
        new ConnectRequest(65536).WriteTo(written);

        Assert.That(written, Is.EqualTo(Load("connect-request")));
    }

    [Test]
    public void Connect_response_over_shared_memory_gives_three_prefixes()
    {
        ConnectResponse response = ConnectResponse.Read(Load("connect-response-shm"));

        Assert.That(response.Errno, Is.Zero);
        Assert.That(response.ConnectionType, Is.EqualTo(IpcConnectionType.SharedMemory));
        Assert.That(response.MaxMessageSize, Is.EqualTo(65536u));
        Assert.That(
            response.RequestName, Does.Match("^/dev/shm/qb-[0-9]+-[0-9]+-[0-9]+-[A-Za-z0-9]{6}/qb-request-quorum$"));
        Assert.That(response.ResponseName, Does.EndWith("/qb-response-quorum"));
        Assert.That(response.EventName, Does.EndWith("/qb-event-quorum"));
    }

    [Test]
    public void Connect_response_over_sockets_gives_control_file_and_base_and_no_event_name()
    {
        ConnectResponse response = ConnectResponse.Read(Load("connect-response-socket"));

        Assert.That(response.ConnectionType, Is.EqualTo(IpcConnectionType.Socket));
        Assert.That(response.RequestName, Does.EndWith("/qb-control-quorum"));
        Assert.That(response.ResponseName, Does.EndWith("/qb-quorum"));
        Assert.That(response.EventName, Is.Empty);
    }

    [Test]
    public void Connect_response_to_a_user_who_is_not_allowed_gives_EACCES() =>
        Assert.That(ConnectResponse.Read(Load("connect-response-refused")).Errno, Is.EqualTo(13));

    [Test]
    public void Requests_of_libquorum_are_read()
    {
        Assert.That(GetQuorateRequest.Read(Load("native-getquorate-request")), Is.EqualTo(default(GetQuorateRequest)));
        Assert.That(TrackStartRequest.Read(Load("native-trackstart-request")).Flags, Is.EqualTo(TrackFlags.Changes));
        Assert.That(TrackStopRequest.Read(Load("native-trackstop-request")), Is.EqualTo(default(TrackStopRequest)));
        Assert.That(
            GetQuorumTypeRequest.Read(Load("native-gettype-request")), Is.EqualTo(default(GetQuorumTypeRequest)));
        Assert.That(ModelGetTypeRequest.Read(Load("native-model-gettype-request")).Model, Is.EqualTo(QuorumModel.V1));
    }

    [TestCase("getquorate")]
    [TestCase("trackstart")]
    [TestCase("trackstop")]
    [TestCase("gettype")]
    [TestCase("model-gettype")]
    public void Requests_of_ours_have_the_fields_and_sizes_of_libquorums(string name)
    {
        byte[] native = Load($"native-{name}-request");
        Rewrite rewrite = Messages.Bare.First(message => message.Bytes[0] == native[0]).Rewrite;
        byte[] ours = new byte[32];

        int written = rewrite(native, ours);

        Assert.That(written, Is.EqualTo(native.Length));
        foreach (int field in new[] { 0, 8, 16 }.Where(field => field < written))
        {
            Assert.That(ours[field..(field + 4)], Is.EqualTo(native[field..(field + 4)]), $"field at {field}");
        }
    }

    [TestCase("getquorate-response")]
    [TestCase("getquorate-after-changes-response")]
    public void Getquorate_response_is_read(string name) =>
        Assert.That(
            GetQuorateResponse.Read(Load(name), QuorumResponseIds.GetQuorate),
            Is.EqualTo(new GetQuorateResponse(CorosyncError.Ok, true)));

    [TestCase("trackstart-response", QuorumResponseIds.TrackStart, CorosyncError.Ok)]
    [TestCase("trackstart-again-response", QuorumResponseIds.TrackStart, CorosyncError.Exist)]
    [TestCase("trackstop-response", QuorumResponseIds.TrackStop, CorosyncError.Ok)]
    [TestCase("refused-id-response", StatusResponse.RefusalId, CorosyncError.InvalidParam)]
    public void Status_response_is_read(string name, int id, CorosyncError error) =>
        Assert.That(
            StatusResponse.Read(Load(name), id == StatusResponse.RefusalId ? QuorumResponseIds.TrackStop : id),
            Is.EqualTo(new StatusResponse(id, error)));

    [TestCase("gettype-response", QuorumResponseIds.GetQuorumType, CorosyncError.Ok, QuorumType.Set)]
    [TestCase("model-gettype-response", QuorumResponseIds.ModelGetType, CorosyncError.Ok, QuorumType.Set)]
    [TestCase("refused-model-response", QuorumResponseIds.ModelGetType, CorosyncError.InvalidParam, QuorumType.Free)]
    [TestCase("refused-id-response", StatusResponse.RefusalId, CorosyncError.InvalidParam, QuorumType.Free)]
    public void Quorum_type_response_is_read(string name, int id, CorosyncError error, QuorumType type) =>
        Assert.That(
            QuorumTypeResponse.Read(Load(name), id == StatusResponse.RefusalId ? QuorumResponseIds.ModelGetType : id),
            Is.EqualTo(new QuorumTypeResponse(id, error, type)));

    [Test]
    public void Refusal_is_read_as_an_answer_to_getquorate() =>
        Assert.That(
            GetQuorateResponse.Read(Load("refused-id-response"), QuorumResponseIds.GetQuorate).Error,
            Is.EqualTo(CorosyncError.InvalidParam));

    [TestCase("v0-notification-quorate", true, 0x9ul, new uint[] { 1, 2, 3 })]
    [TestCase("v0-notification-inquorate", false, 0x11ul, new uint[] { 1 })]
    public void V0_notification_is_read(string name, bool quorate, ulong sequence, uint[] members)
    {
        byte[] bytes = Load(name);
        QuorumChangedV0Event read = QuorumChangedV0Event.Read(bytes);

        Assert.That(bytes, Has.Length.EqualTo(QuorumChangedV0Event.SizeOf(members.Length)));
        Assert.That(read.Quorate, Is.EqualTo(quorate));
        Assert.That(read.RingSequence, Is.EqualTo(sequence));
        Assert.That(read.Members.ToArray(), Is.EqualTo(Nodes.Of(members)));
    }

    [TestCase("v1-quorum-quorate", true, 0x9ul, new uint[] { 1, 2, 3 })]
    [TestCase("v1-quorum-inquorate", false, 0x11ul, new uint[] { 1 })]
    public void V1_quorum_notification_is_read(string name, bool quorate, ulong sequence, uint[] members)
    {
        byte[] bytes = Load(name);
        QuorumChangedEvent read = QuorumChangedEvent.Read(bytes);

        Assert.That(bytes, Has.Length.EqualTo(QuorumChangedEvent.SizeOf(members.Length)));
        Assert.That(read.Quorate, Is.EqualTo(quorate));
        Assert.That(read.RingId, Is.EqualTo(FirstRing with { Sequence = sequence }));
        Assert.That(read.Members.ToArray(), Is.EqualTo(Nodes.Of(members)));
    }

    [TestCase("v1-nodelist-current", 0x9ul, new uint[] { 1, 2, 3 }, new uint[0], new uint[0])]
    [TestCase("v1-nodelist-left", 0xDul, new uint[] { 1, 2 }, new uint[0], new uint[] { 3 })]
    [TestCase("v1-nodelist-joined", 0x16ul, new uint[] { 1, 2 }, new uint[] { 2 }, new uint[0])]
    [TestCase("v1-nodelist-joined-and-left", 0x1Ful, new uint[] { 1, 2, 3 }, new uint[] { 2 }, new uint[] { 2 })]
    public void V1_node_list_notification_is_read(
        string name, ulong sequence, uint[] members, uint[] joined, uint[] left)
    {
        byte[] bytes = Load(name);
        NodeListChangedEvent read = NodeListChangedEvent.Read(bytes);

        Assert.That(bytes, Has.Length.EqualTo(NodeListChangedEvent.SizeOf(members.Length, joined.Length, left.Length)));
        Assert.That(read.RingId, Is.EqualTo(FirstRing with { Sequence = sequence }));
        Assert.That(read.Members.ToArray(), Is.EqualTo(Nodes.Of(members)));
        Assert.That(read.Joined.ToArray(), Is.EqualTo(Nodes.Of(joined)));
        Assert.That(read.Left.ToArray(), Is.EqualTo(Nodes.Of(left)));
    }

    private static byte[] Load(string name) =>
        File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Golden", $"{name}.bin"));
}
