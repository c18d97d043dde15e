using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

// Handles the requests of one client. The service decides the answer. The faults in effect decide what becomes of a
// request and of its answer. The caller holds the cluster's mutex.
internal sealed class RequestHandler(SimulatorServer server, IServiceSession session)
{
    // libqb sends this request before it closes a connection.
    private const int DisconnectId = -3;

    // Returns false when the connection is to be closed.
    public bool Handle(ReadOnlySpan<byte> request, ServerChannel channel)
    {
        FaultList faults = server.Faults;
        if (faults.Take(FaultKind.Die) is not null)
        {
            server.KillNode();
            return false;
        }

        if (faults.Take(FaultKind.Disconnect) is not null)
        {
            return false;
        }

        int id = IdOf(request);
        if (id == DisconnectId)
        {
            return false;
        }

        if (faults.Take(FaultKind.NoAnswer) is not null)
        {
            return true;
        }

        Span<byte> answer = stackalloc byte[Math.Max(server.Service.LargestAnswer, ResponseHeader.ByteCount)];
        int length = faults.Take(FaultKind.AnswerError) is { } error
            ? new ResponseHeader(id, ResponseHeader.ByteCount, (CorosyncError)error.Number).WriteTo(answer)
            : session.Answer(id, request, answer);
        Respond(answer[..length], channel);
        return true;
    }

    // Bytes that the client did not send count as zero.
    private static int IdOf(ReadOnlySpan<byte> request)
    {
        Span<byte> header = stackalloc byte[RequestHeader.ByteCount];
        header.Clear();
        request[..Math.Min(request.Length, header.Length)].CopyTo(header);
        return RequestHeader.Read(header).Id;
    }

    private void Respond(Span<byte> answer, ServerChannel channel)
    {
        FaultList faults = server.Faults;
        ResponseHeader header = ResponseHeader.Read(answer);
        _ = (header with
        {
            Id = (int?)faults.Take(FaultKind.AnswerId)?.Number ?? header.Id,
            Size = (int?)faults.Take(FaultKind.AnswerSize)?.Number ?? header.Size,
        }).WriteTo(answer);
        if (faults.Take(FaultKind.TruncateAnswer) is { } truncate)
        {
            answer = answer[..(int)Math.Min(truncate.Number, answer.Length)];
        }

        SimulatorFault? magic = faults.Take(FaultKind.ChunkMagic);
        SimulatorFault? size = faults.Take(FaultKind.ChunkSize);
        if (magic is not null || size is not null)
        {
            channel.RespondDamaged(answer, (uint?)size?.Number, (uint?)magic?.Number);
            return;
        }

        channel.Respond(answer);
        if (faults.Take(FaultKind.AnswerTwice) is not null)
        {
            channel.Respond(answer);
        }
    }
}
