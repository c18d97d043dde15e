using CsCheck;

namespace Quorum.Managed.Protocol.Tests;

/// <summary>Any value that can be written is read back the same.</summary>
[TestFixture]
internal sealed class RoundTripTests
{
    private static readonly Gen<NodeId[]> GenNodes =
        Gen.UInt.Select(static id => new NodeId(id)).Array[0, WireLimits.MaxNodes];

    private static readonly Gen<RingId> GenRing =
        Gen.Select(Gen.UInt, Gen.ULong, static (node, sequence) => new RingId(new NodeId(node), sequence));

    private static readonly Gen<string> GenName =
        Gen.OneOf(Gen.Char['!', '~'], Gen.Char['\u0001', '\uD7FF']).Array[0, 1365].Select(static c => new string(c));

    [Test]
    public void ConnectRequest_round_trips() =>
        Gen.UInt.Select(size => new ConnectRequest(size)).Sample(value =>
        {
            byte[] bytes = new byte[ConnectRequest.Size];
            value.WriteTo(bytes);
            return ConnectRequest.Read(bytes) == value;
        });

    [Test]
    public void ConnectResponse_round_trips() =>
        Gen.Select(Gen.Int, Gen.UInt, Gen.Long, GenName, GenName, GenName)
            .Select((type, size, id, request, response, events) => new ConnectResponse
            {
                ConnectionType = (IpcConnectionType)type,
                MaxMessageSize = size,
                ConnectionId = id,
                RequestName = request,
                ResponseName = response,
                EventName = events,
            })
            .Sample(
                value =>
                {
                    byte[] bytes = new byte[ConnectResponse.Size];
                    value.WriteTo(bytes);
                    return ConnectResponse.Read(bytes) == value;
                },
                iter: 1000);

    [Test]
    public void Headers_round_trip() =>
        Gen.Select(Gen.Int, Gen.Int, Gen.Int).Sample((id, size, error) =>
        {
            byte[] bytes = new byte[ResponseHeader.ByteCount];
            ResponseHeader response = new(id, size, (CorosyncError)error);
            response.WriteTo(bytes);
            RequestHeader request = new(id, size);
            bool same = ResponseHeader.Read(bytes) == response && RequestHeader.Read(bytes) == request;
            same &= request.WriteTo(bytes) == 16 && RequestHeader.Read(bytes) == request;
            return same && WireMessage.ReadId(bytes) == id && WireMessage.ReadSize(bytes) == size;
        });

    [Test]
    public void Requests_with_a_number_round_trip() =>
        Gen.UInt.Sample(number =>
        {
            byte[] bytes = new byte[24];
            TrackStartRequest trackStart = new((TrackFlags)number);
            trackStart.WriteTo(bytes);
            bool tracked = TrackStartRequest.Read(bytes) == trackStart;
            ModelGetTypeRequest model = new((QuorumModel)(int)number);
            model.WriteTo(bytes);
            return tracked && ModelGetTypeRequest.Read(bytes) == model;
        });

    [Test]
    public void Responses_round_trip() =>
        Gen.Select(Gen.Bool, Gen.Int, Gen.Int[1, 2], Gen.Int[4, 5], Gen.Int[2, 100]).Sample((
            quorate, type, status, id, error) =>
        {
            byte[] bytes = new byte[32];
            GetQuorateResponse answer = new(CorosyncError.Ok, quorate);
            answer.WriteTo(bytes);
            bool same = GetQuorateResponse.Read(bytes, QuorumResponseIds.GetQuorate) == answer;
            QuorumTypeResponse ofType = new(id, CorosyncError.Ok, (QuorumType)type);
            ofType.WriteTo(bytes);
            same &= QuorumTypeResponse.Read(bytes, ofType.Id) == ofType;
            StatusResponse plain = new(status, (CorosyncError)error);
            plain.WriteTo(bytes);
            return same && StatusResponse.Read(bytes, plain.Id) == plain;
        });

    [Test]
    public void QuorumNotificationV0_round_trips() =>
        Gen.Select(Gen.Bool, Gen.ULong, GenNodes).Sample((quorate, sequence, members) =>
        {
            byte[] bytes = new byte[QuorumChangedV0Event.SizeOf(members.Length)];
            int written = new QuorumChangedV0Event(quorate, sequence, members).WriteTo(bytes);
            QuorumChangedV0Event read = QuorumChangedV0Event.Read(bytes);
            return written == bytes.Length && read.Quorate == quorate
                && read.RingSequence == sequence && read.Members.SequenceEqual(members);
        });

    [Test]
    public void QuorumNotificationV1_round_trips() =>
        Gen.Select(Gen.Bool, GenRing, GenNodes).Sample((quorate, ring, members) =>
        {
            byte[] bytes = new byte[QuorumChangedEvent.SizeOf(members.Length)];
            int written = new QuorumChangedEvent(quorate, ring, members).WriteTo(bytes);
            QuorumChangedEvent read = QuorumChangedEvent.Read(bytes);
            return written == bytes.Length && read.Quorate == quorate
                && read.RingId == ring && read.Members.SequenceEqual(members);
        });

    [Test]
    public void NodeListNotification_round_trips() =>
        Gen.Select(GenRing, GenNodes, GenNodes, GenNodes).Sample((ring, members, joined, left) =>
        {
            byte[] bytes = new byte[NodeListChangedEvent.SizeOf(members.Length, joined.Length, left.Length)];
            int written = new NodeListChangedEvent(ring, members, joined, left).WriteTo(bytes);
            NodeListChangedEvent read = NodeListChangedEvent.Read(bytes);
            return written == bytes.Length && read.RingId == ring && read.Members.SequenceEqual(members)
                && read.Joined.SequenceEqual(joined) && read.Left.SequenceEqual(left);
        });
}
