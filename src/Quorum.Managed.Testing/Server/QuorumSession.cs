using System.Runtime.InteropServices;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Server;

// The quorum service for one connection: requests in, responses and events out. Under the gate.
internal sealed class QuorumSession(SimulatorServer server, SimulatorConnection connection)
{
    private const int DisconnectId = -3;
    private const int LargestAnswer = 32;
    private const TrackFlags Snapshot = TrackFlags.Current | TrackFlags.Changes;
    private const TrackFlags Tracking = TrackFlags.Changes | TrackFlags.ChangesOnly;

    // As quorum_initialize(3), until the client says otherwise.
    public QuorumModel Model { get; private set; } = QuorumModel.V0;

    public bool IsTracking { get; private set; }

    // False when the connection is to be closed.
    public bool Handle(ReadOnlySpan<byte> request, ServerChannel channel)
    {
        if (server.Faults.Take(FaultKind.Die) is not null)
        {
            server.Die();
            return false;
        }

        if (server.Faults.Take(FaultKind.Disconnect) is not null)
        {
            return false;
        }

        // The daemon does not look at the chunk's length; what is missing is zero here.
        Span<byte> message = stackalloc byte[TrackStartRequest.Size];
        message.Clear();
        request[..Math.Min(request.Length, message.Length)].CopyTo(message);
        RequestHeader header = RequestHeader.Read(message);
        if (header.Id == DisconnectId)
        {
            return false;
        }

        if (server.Faults.Take(FaultKind.NoAnswer) is not null)
        {
            return true;
        }

        Span<byte> answer = stackalloc byte[LargestAnswer];
        if (server.Faults.Take(FaultKind.AnswerError) is { } error)
        {
            Respond(channel, answer[..new StatusResponse(header.Id, (CorosyncError)error.Number).WriteTo(answer)]);
        }
        else
        {
            Respond(channel, answer[..Answer(header, message, answer)]);
        }

        return true;
    }

    // Measured: the daemon looks at the id alone, never at the size.
    private int Answer(RequestHeader header, ReadOnlySpan<byte> message, Span<byte> answer)
    {
        uint body = MemoryMarshal.Read<uint>(message[RequestHeader.ByteCount..]);
        switch (header.Id)
        {
            case QuorumRequestIds.GetQuorate:
                return new GetQuorateResponse(CorosyncError.Ok, server.Node.Quorate).WriteTo(answer);
            case QuorumRequestIds.TrackStart:
                return TrackStart((TrackFlags)body).WriteTo(answer);
            case QuorumRequestIds.TrackStop:
                IsTracking = false;
                return new StatusResponse(QuorumResponseIds.TrackStop, CorosyncError.Ok).WriteTo(answer);
            case QuorumRequestIds.GetQuorumType:
                return new QuorumTypeResponse(QuorumResponseIds.GetQuorumType, CorosyncError.Ok, server.QuorumType).WriteTo(answer);
            case QuorumRequestIds.ModelGetType:
                return SetModel((QuorumModel)body).WriteTo(answer);
            default:
                return StatusResponse.Refusal.WriteTo(answer);
        }
    }

    private QuorumTypeResponse SetModel(QuorumModel model)
    {
        bool known = model is QuorumModel.V0 or QuorumModel.V1;
        Model = known ? model : Model;
        return new QuorumTypeResponse(QuorumResponseIds.ModelGetType, known ? CorosyncError.Ok : CorosyncError.InvalidParam, server.QuorumType);
    }

    // The snapshot goes out before the response, and also when tracking was on already.
    private StatusResponse TrackStart(TrackFlags flags)
    {
        if ((flags & Snapshot) != TrackFlags.None)
        {
            SendSnapshot(EventMessages.NodeList(server.Node.RingId, server.Node.Members, [], []));
            SendSnapshot(server.PresentQuorum);
        }

        // Measured: without one of these flags tracking stays as it is.
        bool again = IsTracking;
        IsTracking |= (flags & Tracking) != TrackFlags.None;
        return new StatusResponse(QuorumResponseIds.TrackStart, again ? CorosyncError.Exist : CorosyncError.Ok);
    }

    private void SendSnapshot(EventMessages messages)
    {
        if (messages.For(Model) is { } message)
        {
            connection.Send(message);
        }
    }

    private void Respond(ServerChannel channel, Span<byte> answer)
    {
        FaultList faults = server.Faults;
        if (faults.Take(FaultKind.AnswerId) is { } id)
        {
            MemoryMarshal.Write(answer, (int)id.Number);
        }

        if (faults.Take(FaultKind.AnswerSize) is { } size)
        {
            ResponseHeader header = ResponseHeader.Read(answer);
            _ = (header with { Size = (int)size.Number }).WriteTo(answer);
        }

        if (faults.Take(FaultKind.TruncateAnswer) is { } truncate)
        {
            answer = answer[..(int)Math.Min(truncate.Number, answer.Length)];
        }

        SimulatorFault? magic = faults.Take(FaultKind.ChunkMagic);
        SimulatorFault? chunk = faults.Take(FaultKind.ChunkSize);
        if (magic is not null || chunk is not null)
        {
            channel.RespondDamaged(answer, (uint?)chunk?.Number, (uint?)magic?.Number);
            return;
        }

        channel.Respond(answer);
        if (faults.Take(FaultKind.AnswerTwice) is not null)
        {
            channel.Respond(answer);
        }
    }
}
