using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed.Testing;

// The cmap service's session of one client. It begins on the configuration map.
internal sealed class CmapSession(CmapService service) : IServiceSession
{
    private CmapMap _map = CmapMap.Configuration;

    public int Answer(int requestId, ReadOnlySpan<byte> request, Span<byte> answer)
    {
        try
        {
            if (requestId == ReceivedCmapGet.Id)
            {
                return Get(ReceivedCmapGet.Read(request), answer);
            }

            if (requestId == SetCurrentMapRequest.Id)
            {
                return SetMap(request).WriteTo(answer);
            }
        }
        catch (WireFormatException)
        {
            // The real daemon reads what else is in the ring.
        }

        return StatusResponse.Refusal.WriteTo(answer);
    }

    public void Close()
    {
    }

    // The real daemon loses answers with more room, and has other answers where the room is too small.
    private int Get(ReceivedCmapGet request, Span<byte> answer)
    {
        if (service.Find(_map, request.Key) is not { } value)
        {
            return new CmapGetResponse(CorosyncError.NotExist).WriteTo(answer, room: 0);
        }

        bool fits = request.Room >= (ulong)value.ToBytes().Length && request.Room <= ReceivedCmapGet.LargestRoom;
        return request.Room == 0 || fits
            ? new CmapGetResponse(CorosyncError.Ok, value).WriteTo(answer, (int)request.Room)
            : new CmapGetResponse(CorosyncError.InvalidParam).WriteTo(answer, room: 0);
    }

    private StatusResponse SetMap(ReadOnlySpan<byte> request)
    {
        try
        {
            _map = SetCurrentMapRequest.Read(request).Map;
            return new StatusResponse(SetCurrentMapRequest.ResponseId, CorosyncError.Ok);
        }
        catch (WireFormatException)
        {
            return new StatusResponse(SetCurrentMapRequest.ResponseId, CorosyncError.NotExist);
        }
    }
}
