using System.Runtime.InteropServices;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// The quorum service's session of one client. It reads the requests, writes the responses, and knows which events the
// client asked for.
internal sealed class QuorumSession(QuorumService service, SimulatorConnection connection) : IServiceSession
{
    private const TrackFlags SnapshotFlags = TrackFlags.Current | TrackFlags.Changes;
    private const TrackFlags TrackingFlags = TrackFlags.Changes | TrackFlags.ChangesOnly;

    // quorum_initialize(3) sends no model, and its clients expect this one.
    private QuorumModel _model = QuorumModel.V0;
    private bool _isTracking;

    // Measured: the daemon looks at the id of a request and never at its size.
    public int Answer(int requestId, ReadOnlySpan<byte> request, Span<byte> answer)
    {
        switch (requestId)
        {
            case QuorumRequestIds.GetQuorate:
                return new GetQuorateResponse(CorosyncError.Ok, service.Quorate).WriteTo(answer);
            case QuorumRequestIds.TrackStart:
                return StartTracking((TrackFlags)Parameter(request)).WriteTo(answer);
            case QuorumRequestIds.TrackStop:
                _isTracking = false;
                return new StatusResponse(QuorumResponseIds.TrackStop, CorosyncError.Ok).WriteTo(answer);
            case QuorumRequestIds.GetQuorumType:
                return TypeResponse(QuorumResponseIds.GetQuorumType, CorosyncError.Ok).WriteTo(answer);
            case QuorumRequestIds.ModelGetType:
                return SetModel((QuorumModel)Parameter(request)).WriteTo(answer);
            default:
                return StatusResponse.Refusal.WriteTo(answer);
        }
    }

    public void Deliver(EventMessages messages)
    {
        if (_isTracking)
        {
            Send(messages);
        }
    }

    public void Close() => service.Remove(this);

    // The word after the header: the flags or the model. Bytes that the client did not send count as zero.
    private static uint Parameter(ReadOnlySpan<byte> request)
    {
        Span<byte> message = stackalloc byte[RequestHeader.ByteCount + sizeof(uint)];
        message.Clear();
        request[..Math.Min(request.Length, message.Length)].CopyTo(message);
        return MemoryMarshal.Read<uint>(message[RequestHeader.ByteCount..]);
    }

    private QuorumTypeResponse SetModel(QuorumModel model)
    {
        bool known = model is QuorumModel.V0 or QuorumModel.V1;
        _model = known ? model : _model;
        return TypeResponse(QuorumResponseIds.ModelGetType, known ? CorosyncError.Ok : CorosyncError.InvalidParam);
    }

    private QuorumTypeResponse TypeResponse(int id, CorosyncError error) => new(id, error, service.QuorumType);

    // The snapshot is sent before the response. It is also sent to a client that tracks already.
    private StatusResponse StartTracking(TrackFlags flags)
    {
        if ((flags & SnapshotFlags) != TrackFlags.None)
        {
            Send(service.PresentNodeList);
            Send(service.PresentQuorum);
        }

        // Measured: a request with none of these flags leaves tracking as it is.
        bool already = _isTracking;
        _isTracking |= (flags & TrackingFlags) != TrackFlags.None;
        return new StatusResponse(QuorumResponseIds.TrackStart, already ? CorosyncError.Exist : CorosyncError.Ok);
    }

    private void Send(EventMessages messages)
    {
        if (messages.For(_model) is { } message)
        {
            connection.Send(message);
        }
    }
}
