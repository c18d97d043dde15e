using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Protocol.Tests;

[TestFixture]
internal sealed class RequestTests
{
    [Test]
    public void GetQuorate_is_written_as_on_the_wire() =>
        Assert.That(
            Written(default(GetQuorateRequest).WriteTo), Is.EqualTo(Hex.Bytes("00000000 00000000 10000000 00000000")));

    [Test]
    public void TrackStart_is_written_as_on_the_wire() =>
        Assert.That(
            Written(new TrackStartRequest(TrackFlags.Current | TrackFlags.Changes).WriteTo),
            Is.EqualTo(Hex.Bytes("01000000 00000000 18000000 00000000 03000000 00000000")));

    [Test]
    public void TrackStop_is_written_as_on_the_wire() =>
        Assert.That(
            Written(default(TrackStopRequest).WriteTo), Is.EqualTo(Hex.Bytes("02000000 00000000 10000000 00000000")));

    [Test]
    public void GetQuorumType_is_written_as_on_the_wire() =>
        Assert.That(
            Written(default(GetQuorumTypeRequest).WriteTo),
            Is.EqualTo(Hex.Bytes("03000000 00000000 10000000 00000000")));

    [Test]
    public void ModelGetType_is_written_as_on_the_wire() =>
        Assert.That(
            Written(new ModelGetTypeRequest(QuorumModel.V1).WriteTo),
            Is.EqualTo(Hex.Bytes("04000000 00000000 18000000 00000000 01000000 00000000")));

    [Test]
    public void TrackStart_read_from_the_wire_gives_its_flags() =>
        Assert.That(
            TrackStartRequest.Read(Hex.Bytes("01000000 EEEEEEEE 18000000 EEEEEEEE 04000000 EEEEEEEE")).Flags,
            Is.EqualTo(TrackFlags.ChangesOnly));

    [Test]
    public void ModelGetType_read_from_the_wire_gives_its_model() =>
        Assert.That(
            ModelGetTypeRequest.Read(Hex.Bytes("04000000 EEEEEEEE 18000000 EEEEEEEE 02000000 EEEEEEEE")).Model,
            Is.EqualTo((QuorumModel)2));

    [Test]
    public void Read_of_another_requests_bytes_throws() =>
        Assert.That(
            () => TrackStopRequest.Read(Hex.Bytes("00000000 00000000 10000000 00000000")),
            Throws.TypeOf<WireFormatException>().With.Message.Contains("TRACKSTOP request: id 2 expected, 0 found"));

    private delegate int Write(Span<byte> destination);

    private static byte[] Written(Write write)
    {
        byte[] bytes = new byte[32];
        return bytes[..write(bytes)];
    }
}
