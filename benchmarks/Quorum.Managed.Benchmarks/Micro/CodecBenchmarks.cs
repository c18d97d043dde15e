using BenchmarkDotNet.Attributes;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Benchmarks.Micro;

/// <summary>
/// Each message is written to bytes and read from them. There is no native side: libquorum fills structs in place.
/// </summary>
public class CodecBenchmarks
{
    private static readonly NodeId[] Nodes = [new(1), new(2), new(3)];
    private static readonly RingId Ring = new(new NodeId(1), 13);
    private static readonly ConnectResponse Accepted = new()
    {
        ConnectionType = IpcConnectionType.SharedMemory,
        MaxMessageSize = 65536,
        RequestName = "/dev/shm/qb-1234-5678-30-abcdef/qb-request-quorum",
        ResponseName = "/dev/shm/qb-1234-5678-30-abcdef/qb-response-quorum",
        EventName = "/dev/shm/qb-1234-5678-30-abcdef/qb-event-quorum",
    };

    private static QuorumTypeResponse TypeResponse =>
        new(QuorumResponseIds.ModelGetType, CorosyncError.Ok, QuorumType.Set);

    private readonly byte[] _scratch = new byte[ConnectResponse.Size];
    private readonly byte[] _connectResponse = new byte[ConnectResponse.Size];
    private readonly byte[] _connectRequest = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _getQuorateRequest = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _getQuorateResponse = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _getQuorumTypeRequest = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _modelGetTypeRequest = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _quorumTypeResponse = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _statusResponse = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _trackStartRequest = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _trackStopRequest = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _quorumNotificationV0 = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _quorumNotificationV1 = new byte[WireLimits.LargestEventSize];
    private readonly byte[] _nodeListNotification = new byte[WireLimits.LargestEventSize];

    [GlobalSetup]
    public void Write()
    {
        _ = Accepted.WriteTo(_connectResponse);
        _ = new ConnectRequest(65536).WriteTo(_connectRequest);
        _ = default(GetQuorateRequest).WriteTo(_getQuorateRequest);
        _ = new GetQuorateResponse(CorosyncError.Ok, true).WriteTo(_getQuorateResponse);
        _ = default(GetQuorumTypeRequest).WriteTo(_getQuorumTypeRequest);
        _ = new ModelGetTypeRequest(QuorumModel.V1).WriteTo(_modelGetTypeRequest);
        _ = TypeResponse.WriteTo(_quorumTypeResponse);
        _ = new StatusResponse(QuorumResponseIds.TrackStart, CorosyncError.Ok).WriteTo(_statusResponse);
        _ = new TrackStartRequest(TrackFlags.Current | TrackFlags.Changes).WriteTo(_trackStartRequest);
        _ = default(TrackStopRequest).WriteTo(_trackStopRequest);
        _ = new QuorumChangedV0Event(true, 13, Nodes).WriteTo(_quorumNotificationV0);
        _ = new QuorumChangedEvent(true, Ring, Nodes).WriteTo(_quorumNotificationV1);
        _ = new NodeListChangedEvent(Ring, Nodes, Nodes.AsSpan(0, 1), Nodes.AsSpan(1, 1))
            .WriteTo(_nodeListNotification);
    }

    [Benchmark]
    public int WriteConnectResponse() => Accepted.WriteTo(_scratch);

    [Benchmark]
    public ConnectResponse ReadConnectResponse() => ConnectResponse.Read(_connectResponse);

    [Benchmark]
    public int WriteConnectRequest() => new ConnectRequest(65536).WriteTo(_scratch);

    [Benchmark]
    public ConnectRequest ReadConnectRequest() => ConnectRequest.Read(_connectRequest);

    [Benchmark]
    public int WriteGetQuorateRequest() => default(GetQuorateRequest).WriteTo(_scratch);

    [Benchmark]
    public GetQuorateRequest ReadGetQuorateRequest() => GetQuorateRequest.Read(_getQuorateRequest);

    [Benchmark]
    public int WriteGetQuorateResponse() => new GetQuorateResponse(CorosyncError.Ok, true).WriteTo(_scratch);

    [Benchmark]
    public GetQuorateResponse ReadGetQuorateResponse() =>
        GetQuorateResponse.Read(_getQuorateResponse, QuorumResponseIds.GetQuorate);

    [Benchmark]
    public int WriteGetQuorumTypeRequest() => default(GetQuorumTypeRequest).WriteTo(_scratch);

    [Benchmark]
    public GetQuorumTypeRequest ReadGetQuorumTypeRequest() => GetQuorumTypeRequest.Read(_getQuorumTypeRequest);

    [Benchmark]
    public int WriteModelGetTypeRequest() => new ModelGetTypeRequest(QuorumModel.V1).WriteTo(_scratch);

    [Benchmark]
    public ModelGetTypeRequest ReadModelGetTypeRequest() => ModelGetTypeRequest.Read(_modelGetTypeRequest);

    [Benchmark]
    public int WriteQuorumTypeResponse() => TypeResponse.WriteTo(_scratch);

    [Benchmark]
    public QuorumTypeResponse ReadQuorumTypeResponse() =>
        QuorumTypeResponse.Read(_quorumTypeResponse, QuorumResponseIds.ModelGetType);

    [Benchmark]
    public int WriteStatusResponse() =>
        new StatusResponse(QuorumResponseIds.TrackStart, CorosyncError.Ok).WriteTo(_scratch);

    [Benchmark]
    public StatusResponse ReadStatusResponse() =>
        StatusResponse.Read(_statusResponse, QuorumResponseIds.TrackStart);

    [Benchmark]
    public int WriteTrackStartRequest() =>
        new TrackStartRequest(TrackFlags.Current | TrackFlags.Changes).WriteTo(_scratch);

    [Benchmark]
    public TrackStartRequest ReadTrackStartRequest() => TrackStartRequest.Read(_trackStartRequest);

    [Benchmark]
    public int WriteTrackStopRequest() => default(TrackStopRequest).WriteTo(_scratch);

    [Benchmark]
    public TrackStopRequest ReadTrackStopRequest() => TrackStopRequest.Read(_trackStopRequest);

    [Benchmark]
    public int WriteQuorumNotificationV0() => new QuorumChangedV0Event(true, 13, Nodes).WriteTo(_scratch);

    [Benchmark]
    public int ReadQuorumNotificationV0() => QuorumChangedV0Event.Read(_quorumNotificationV0).Members.Length;

    [Benchmark]
    public int WriteQuorumNotificationV1() => new QuorumChangedEvent(true, Ring, Nodes).WriteTo(_scratch);

    [Benchmark]
    public int ReadQuorumNotificationV1() => QuorumChangedEvent.Read(_quorumNotificationV1).Members.Length;

    [Benchmark]
    public int WriteNodeListNotification() =>
        new NodeListChangedEvent(Ring, Nodes, Nodes.AsSpan(0, 1), Nodes.AsSpan(1, 1)).WriteTo(_scratch);

    [Benchmark]
    public int ReadNodeListNotification() => NodeListChangedEvent.Read(_nodeListNotification).Members.Length;
}
