using Quorum.Managed.Protocol.Cfg;
using Quorum.Managed.Protocol.Cmap;
using Quorum.Managed.Protocol.VoteQuorum;

namespace Quorum.Managed.Protocol.Tests;

/// <summary>Every reader of the codec with its writer.</summary>
internal static class Rewriters
{
    public static readonly Rewrite ConnectRequest = static (s, d) => Protocol.ConnectRequest.Read(s).WriteTo(d);
    public static readonly Rewrite ConnectResponse = static (s, d) => Protocol.ConnectResponse.Read(s).WriteTo(d);
    public static readonly Rewrite RequestHeader = static (s, d) => Protocol.RequestHeader.Read(s).WriteTo(d);
    public static readonly Rewrite ResponseHeader = static (s, d) => Protocol.ResponseHeader.Read(s).WriteTo(d);
    public static readonly Rewrite GetQuorateResponse =
        static (s, d) => Protocol.GetQuorateResponse.Read(s, QuorumResponseIds.GetQuorate).WriteTo(d);
    public static readonly Rewrite StatusResponse =
        static (s, d) => Protocol.StatusResponse.Read(s, QuorumResponseIds.TrackStart).WriteTo(d);
    public static readonly Rewrite QuorumTypeResponse =
        static (s, d) => Protocol.QuorumTypeResponse.Read(s, QuorumResponseIds.ModelGetType).WriteTo(d);
    public static readonly Rewrite V0 = static (s, d) => QuorumChangedV0Event.Read(s).WriteTo(d);
    public static readonly Rewrite QuorumV1 = static (s, d) => QuorumChangedEvent.Read(s).WriteTo(d);
    public static readonly Rewrite NodeList = static (s, d) => NodeListChangedEvent.Read(s).WriteTo(d);
    public static readonly Rewrite Id = static (s, _) => WireMessage.ReadId(s);
    public static readonly Rewrite Size = static (s, _) => WireMessage.ReadSize(s);

    public static IEnumerable<Rewrite> All =>
    [
        .. Messages.All.Select(message => message.Rewrite),
        RequestHeader,
        ResponseHeader,
        StatusResponse,
        Id,
        Size,
        .. Cmap,
        .. Services,
    ];

    private static IEnumerable<Rewrite> Services =>
    [
        static (s, d) => GetInfoRequest.Read(s).WriteTo(d),
        static (s, d) => GetInfoResponse.Read(s, GetInfoRequest.ResponseId).WriteTo(d),
        static (s, d) => VoteQuorumTrackStartRequest.Read(s).WriteTo(d),
        static (s, d) => VoteQuorumTrackStopRequest.Read(s).WriteTo(d),
        static (s, d) => VoteQuorumChangedEvent.Read(s).WriteTo(d),
        static (s, d) => VoteQuorumExpectedVotesEvent.Read(s).WriteTo(d),
        static (s, d) => VoteQuorumNodeListEvent.Read(s).WriteTo(d),
        static (s, d) => LocalGetRequest.Read(s).WriteTo(d),
        static (s, d) => LocalGetResponse.Read(s, LocalGetRequest.ResponseId).WriteTo(d),
        static (s, d) => RingStatusRequest.Read(s).WriteTo(d),
        static (s, _) => RingStatusResponse.Read(s, RingStatusRequest.ResponseId).Links?.Count ?? 0,
        static (s, d) => GetNodeAddressesRequest.Read(s).WriteTo(d),
        static (s, d) => GetNodeAddressesResponse.Read(s, GetNodeAddressesRequest.ResponseId).WriteTo(d),
        static (s, d) => NodeStatusRequest.Read(s).WriteTo(d),
        static (s, _) => NodeStatusResponse.Read(s, NodeStatusRequest.ResponseId).Status?.Links.Count ?? 0,
        static (s, d) => CfgTrackStartRequest.Read(s).WriteTo(d),
        static (s, d) => CfgTrackStopRequest.Read(s).WriteTo(d),
        static (s, d) => ReplyToShutdownRequest.Read(s).WriteTo(d),
        static (s, d) => TestShutdownEvent.Read(s).WriteTo(d),
    ];

    // Only read: a server's answer depends on the request's room too.
    private static IEnumerable<Rewrite> Cmap =>
    [
        static (s, _) => ReceivedCmapGet.Read(s).Key.Length,
        static (s, d) => SetCurrentMapRequest.Read(s).WriteTo(d),
        static (s, d) => CmapIterInitRequest.Read(s).WriteTo(d),
        static (s, d) => CmapIterNextRequest.Read(s).WriteTo(d),
        static (s, _) => CmapIterNextResponse.Read(s, CmapIterNextRequest.ResponseId).Key.Name?.Length ?? 0,
        static (s, d) => CmapIterFinalizeRequest.Read(s).WriteTo(d),
        static (s, d) => CmapHandleResponse.Read(s, CmapTrackDeleteRequest.ResponseId).WriteTo(d),
        static (s, d) => CmapTrackDeleteRequest.Read(s).WriteTo(d),
        static (s, _) => ReceivedCmapTrackAdd.Read(s).Name.Length,
        static (s, _) => CmapChangedEvent.Read(s).Key.Length,
        static (s, _) => (int)CmapGetResponse.Read(s, ReceivedCmapGet.Id).Error,
        static (s, _) => (int)CmapGetNumberResponse.Read(s, ReceivedCmapGet.Id).Error,
        static (s, _) => (int)OldDaemonProbeResponse.Read(s, ReceivedCmapGet.Id).Error,
    ];
}
