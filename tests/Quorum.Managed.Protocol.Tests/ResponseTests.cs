using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Protocol.Tests;

[TestFixture]
internal sealed class ResponseTests
{
    private const string Refusal = "00000000 EEEEEEEE 18000000 EEEEEEEE 07000000 EEEEEEEE";

    [TestCase("00000000", false)]
    [TestCase("01000000", true)]
    public void GetQuorate_read_from_the_wire_gives_the_answer(string number, bool quorate) =>
        Assert.That(
            GetQuorateResponse.Read(
                Hex.Bytes($"00000000 EEEEEEEE 20000000 EEEEEEEE 01000000 EEEEEEEE {number} EEEEEEEE"),
                QuorumResponseIds.GetQuorate),
            Is.EqualTo(new GetQuorateResponse(CorosyncError.Ok, quorate)));

    [TestCase("02000000")]
    [TestCase("FFFFFFFF")]
    [TestCase("00000001")]
    public void GetQuorate_with_a_number_that_is_neither_0_nor_1_throws(string number) =>
        Assert.That(
            () => GetQuorateResponse.Read(
                Hex.Bytes($"00000000 00000000 20000000 00000000 01000000 00000000 {number} 00000000"),
                QuorumResponseIds.GetQuorate),
            Throws.TypeOf<WireFormatException>().With.Message.Contains("0 or 1"));

    [Test]
    public void GetQuorate_with_an_error_is_not_quorate_whatever_its_body_says() =>
        Assert.That(
            GetQuorateResponse.Read(
                Hex.Bytes("00000000 00000000 20000000 00000000 06000000 00000000 01000000 00000000"),
                QuorumResponseIds.GetQuorate),
            Is.EqualTo(new GetQuorateResponse(CorosyncError.TryAgain, false)));

    [Test]
    public void GetQuorate_of_a_refusal_gives_its_error() =>
        Assert.That(
            GetQuorateResponse.Read(Hex.Bytes(Refusal), QuorumResponseIds.GetQuorate),
            Is.EqualTo(new GetQuorateResponse(CorosyncError.InvalidParam, false)));

    [Test]
    public void GetQuorate_of_a_header_only_that_says_success_throws() =>
        Assert.That(
            () => GetQuorateResponse.Read(
                Hex.Bytes("00000000 00000000 18000000 00000000 01000000 00000000"), QuorumResponseIds.GetQuorate),
            Throws.TypeOf<WireFormatException>());

    [Test]
    public void GetQuorate_is_written_as_on_the_wire()
    {
        byte[] bytes = new byte[GetQuorateResponse.Size];

        new GetQuorateResponse(CorosyncError.Ok, true).WriteTo(bytes);

        Assert.That(
            bytes, Is.EqualTo(Hex.Bytes("00000000 00000000 20000000 00000000 01000000 00000000 01000000 00000000")));
    }

    [TestCase("01000000", QuorumResponseIds.TrackStart)]
    [TestCase("02000000", QuorumResponseIds.TrackStop)]
    public void Status_read_from_the_wire_gives_id_and_error(string id, int expected) =>
        Assert.That(
            StatusResponse.Read(Hex.Bytes($"{id} EEEEEEEE 18000000 EEEEEEEE 0E000000 EEEEEEEE"), expected),
            Is.EqualTo(new StatusResponse(expected, CorosyncError.Exist)));

    [Test]
    public void Status_of_a_refusal_gives_its_error() =>
        Assert.That(
            StatusResponse.Read(Hex.Bytes(Refusal), QuorumResponseIds.TrackStart), Is.EqualTo(StatusResponse.Refusal));

    [Test]
    public void Status_with_the_id_of_another_answer_throws([Values] bool success) =>
        Assert.That(
            () => StatusResponse.Read(
                Hex.Bytes($"02000000 00000000 18000000 00000000 {(success ? "01" : "0E")}000000 00000000"),
                QuorumResponseIds.TrackStart),
            Throws.TypeOf<WireFormatException>());

    [Test]
    public void Status_with_the_id_of_a_refusal_and_success_throws() =>
        Assert.That(
            () => StatusResponse.Read(
                Hex.Bytes("00000000 00000000 18000000 00000000 01000000 00000000"), QuorumResponseIds.TrackStart),
            Throws.TypeOf<WireFormatException>());

    [Test]
    public void Status_is_written_as_on_the_wire()
    {
        byte[] bytes = new byte[StatusResponse.Size];

        StatusResponse.Refusal.WriteTo(bytes);

        Assert.That(bytes, Is.EqualTo(Hex.Bytes("00000000 00000000 18000000 00000000 07000000 00000000")));
    }

    [TestCase("04000000", "00000000", QuorumResponseIds.GetQuorumType, QuorumType.Free)]
    [TestCase("05000000", "01000000", QuorumResponseIds.ModelGetType, QuorumType.Set)]
    [TestCase("05000000", "02000000", QuorumResponseIds.ModelGetType, (QuorumType)2)]
    public void QuorumType_read_from_the_wire_gives_id_and_type(
        string id, string number, int expected, QuorumType type) =>
        Assert.That(
            QuorumTypeResponse.Read(
                Hex.Bytes($"{id} EEEEEEEE 20000000 EEEEEEEE 01000000 EEEEEEEE {number} EEEEEEEE"), expected),
            Is.EqualTo(new QuorumTypeResponse(expected, CorosyncError.Ok, type)));

    [Test]
    public void QuorumType_with_an_error_does_not_look_at_its_body() =>
        Assert.That(
            QuorumTypeResponse.Read(
                Hex.Bytes("05000000 00000000 20000000 00000000 07000000 00000000 01000000 00000000"),
                QuorumResponseIds.ModelGetType),
            Is.EqualTo(new QuorumTypeResponse(5, CorosyncError.InvalidParam, QuorumType.Free)));

    [Test]
    public void QuorumType_of_a_refusal_gives_its_error() =>
        Assert.That(
            QuorumTypeResponse.Read(Hex.Bytes(Refusal), QuorumResponseIds.ModelGetType),
            Is.EqualTo(new QuorumTypeResponse(StatusResponse.RefusalId, CorosyncError.InvalidParam, QuorumType.Free)));

    [Test]
    public void QuorumType_is_written_as_on_the_wire()
    {
        byte[] bytes = new byte[QuorumTypeResponse.Size];

        new QuorumTypeResponse(QuorumResponseIds.ModelGetType, CorosyncError.Ok, QuorumType.Set).WriteTo(bytes);

        Assert.That(
            bytes, Is.EqualTo(Hex.Bytes("05000000 00000000 20000000 00000000 01000000 00000000 01000000 00000000")));
    }
}
