namespace Quorum.Managed.Protocol.Tests;

/// <summary>One message of each kind, for the tests of what holds for all messages.</summary>
internal static class Messages
{
    public static IEnumerable<Message> All => Handshake.Concat(Service);

    public static Message Granted { get; } = new(
        "connect response",
        Written(new ConnectResponse
        {
            ConnectionType = IpcConnectionType.SharedMemory,
            RequestName = "/a",
            ResponseName = "/b",
            EventName = "/c",
        }.WriteTo),
        Rewriters.ConnectResponse);

    public static IEnumerable<Message> Handshake =>
    [
        new("connect request", Written(new ConnectRequest(65536).WriteTo), Rewriters.ConnectRequest),
        Granted,
        new("connect refusal", Written(new ConnectResponse { Error = -13 }.WriteTo), Rewriters.ConnectResponse),
    ];

    public static IEnumerable<Message> Service => Bare.Concat(Events);

    public static IEnumerable<Message> Bare =>
    [
        new(
            "GETQUORATE request",
            Written(default(GetQuorateRequest).WriteTo),
            static (s, d) => GetQuorateRequest.Read(s).WriteTo(d)),
        new(
            "TRACKSTART request",
            Written(new TrackStartRequest((TrackFlags)0xFFFFFFFF).WriteTo),
            static (s, d) => TrackStartRequest.Read(s).WriteTo(d)),
        new(
            "TRACKSTOP request",
            Written(default(TrackStopRequest).WriteTo),
            static (s, d) => TrackStopRequest.Read(s).WriteTo(d)),
        new(
            "GETTYPE request",
            Written(default(GetQuorumTypeRequest).WriteTo),
            static (s, d) => GetQuorumTypeRequest.Read(s).WriteTo(d)),
        new(
            "MODEL_GETTYPE request",
            Written(new ModelGetTypeRequest((QuorumModel)(-1)).WriteTo),
            static (s, d) => ModelGetTypeRequest.Read(s).WriteTo(d)),
        new(
            "GETQUORATE response",
            Written(new GetQuorateResponse(CorosyncError.Ok, true).WriteTo),
            Rewriters.GetQuorateResponse),
        new(
            "status response",
            Written(new StatusResponse(1, CorosyncError.Exist).WriteTo),
            static (s, d) => StatusResponse.Read(s, QuorumResponseIds.TrackStart).WriteTo(d)),
        new(
            "refusal",
            Written(StatusResponse.Refusal.WriteTo),
            static (s, d) => StatusResponse.Read(s, QuorumResponseIds.TrackStart).WriteTo(d)),
        new(
            "quorum type response",
            Written(new QuorumTypeResponse(5, CorosyncError.Ok, QuorumType.Set).WriteTo),
            Rewriters.QuorumTypeResponse),
    ];

    public static IEnumerable<Message> Events
    {
        get
        {
            NodeId[] nodes = Nodes.Of(1, 2, 3, 0xFFFFFFFF);
            RingId ring = new(new NodeId(0xFFFFFFFE), ulong.MaxValue);
            yield return new(
                "V0 notification",
                Written(d => new QuorumChangedV0Event(true, ulong.MaxValue, nodes).WriteTo(d)),
                Rewriters.V0);
            yield return new(
                "V1 quorum",
                Written(d => new QuorumChangedEvent(true, ring, nodes).WriteTo(d)),
                Rewriters.QuorumV1);
            yield return new(
                "V1 node list",
                Written(d => new NodeListChangedEvent(ring, nodes, nodes.AsSpan(1), nodes.AsSpan(0, 2)).WriteTo(d)),
                Rewriters.NodeList);
        }
    }

    private delegate int Write(Span<byte> destination);

    private static byte[] Written(Write write)
    {
        Span<byte> buffer = new byte[WireLimits.ConnectResponseSize];
        return buffer[..write(buffer)].ToArray();
    }
}
