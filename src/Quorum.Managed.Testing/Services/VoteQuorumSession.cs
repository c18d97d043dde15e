using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.VoteQuorum;

namespace Quorum.Managed.Testing;

// votequorum's session of one client. Requests that change votes or play a device are refused.
internal sealed class VoteQuorumSession(VoteQuorumService service, SimulatorConnection connection) : IServiceSession
{
    private const TrackFlags SnapshotFlags = TrackFlags.Current | TrackFlags.Changes;
    private const TrackFlags TrackingFlags = TrackFlags.Changes | TrackFlags.ChangesOnly;

    // Null while the client does not track.
    private ulong? _context;

    public int Answer(int requestId, ReadOnlySpan<byte> request, Span<byte> answer)
    {
        try
        {
            if (requestId == GetInfoRequest.Id)
            {
                return (service.Find(GetInfoRequest.Read(request).NodeId) is { } info
                    ? new GetInfoResponse(CorosyncError.Ok, info)
                    : new GetInfoResponse(CorosyncError.NotExist)).WriteTo(answer);
            }

            if (requestId == VoteQuorumTrackStartRequest.Id)
            {
                return Status(Start(VoteQuorumTrackStartRequest.Read(request))).WriteTo(answer);
            }
        }
        catch (WireFormatException)
        {
            // The real daemon reads what else is in the ring.
        }

        return requestId == VoteQuorumTrackStopRequest.Id
            ? Status(Stop()).WriteTo(answer)
            : StatusResponse.Refusal.WriteTo(answer);
    }

    public void Deliver(Func<ulong, byte[]> message)
    {
        if (_context is { } context)
        {
            connection.Send(message(context));
        }
    }

    public void Close() => service.Remove(this);

    private static StatusResponse Status(CorosyncError error) => new(0, error);

    // A client that tracks already gets the snapshot again, with the new context. Changes keep the first one.
    private CorosyncError Start(VoteQuorumTrackStartRequest request)
    {
        if ((request.Flags & SnapshotFlags) != TrackFlags.None)
        {
            connection.Send(service.NodeList(request.Context));
            connection.Send(service.Quorum(request.Context));
        }

        if (_context is not null)
        {
            return CorosyncError.Exist;
        }

        if ((request.Flags & TrackingFlags) != TrackFlags.None)
        {
            _context = request.Context;
        }

        return CorosyncError.Ok;
    }

    private CorosyncError Stop()
    {
        bool tracked = _context is not null;
        _context = null;
        return tracked ? CorosyncError.Ok : CorosyncError.NotExist;
    }
}
