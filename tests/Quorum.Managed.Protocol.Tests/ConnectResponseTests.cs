using System.Text;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Protocol.Tests;

[TestFixture]
internal sealed class ConnectResponseTests
{
    private static readonly byte[] Head = Hex.Bytes(
        """
        FFFFFFFF 00000000  28300000 00000000  ; id -1, size 12328
        00000000 00000000  01000000 00000100  ; no error, shared memory, 65536 bytes granted
        A0F8E79A 71550000                     ; connection id
        """);

    [Test]
    public void WriteTo_gives_the_bytes_of_the_wire()
    {
        byte[] bytes = new byte[ConnectResponse.Size];

        int written = Granted().WriteTo(bytes);

        Assert.That(written, Is.EqualTo(12328));
        Assert.That(bytes, Is.EqualTo(Wire("/dev/shm/q", "/dev/shm/r", "/dev/shm/e")));
    }

    [Test]
    public void Read_gives_every_field() =>
        Assert.That(ConnectResponse.Read(Wire("/dev/shm/q", "/dev/shm/r", "/dev/shm/e")), Is.EqualTo(Granted()));

    [Test]
    public void Read_of_relative_names_gives_them() =>
        Assert.That(
            ConnectResponse.Read(Wire("quorum-request-1", "x", "")).RequestName, Is.EqualTo("quorum-request-1"));

    [Test]
    public void Read_of_an_unknown_connection_type_keeps_it()
    {
        byte[] bytes = Wire("/a", "/b", "/c");
        bytes[24] = 77;

        Assert.That(ConnectResponse.Read(bytes).ConnectionType, Is.EqualTo((IpcConnectionType)77));
    }

    [TestCase(0, 0)]
    [TestCase(-13, 13)]
    [TestCase(13, 13)]
    [TestCase(int.MaxValue, int.MaxValue)]
    [TestCase(int.MinValue, int.MaxValue)]
    public void Errno_is_positive_for_any_error(int error, int errno) =>
        Assert.That(new ConnectResponse { Error = error }.Errno, Is.EqualTo(errno));

    [Test]
    public void Read_of_a_refusal_does_not_look_at_what_follows()
    {
        byte[] bytes = new byte[ConnectResponse.Size];
        Array.Fill(bytes, (byte)'/');
        Head.CopyTo(bytes, 0);
        bytes[8] = 0;
        bytes.AsSpan(16, 4).Fill(0xFF);

        ConnectResponse response = ConnectResponse.Read(bytes);

        Assert.That(response.Errno, Is.EqualTo(1));
        Assert.That(response.RequestName + response.ResponseName + response.EventName, Is.Empty);
    }

    [TestCase(40)]
    [TestCase(4136)]
    [TestCase(8232)]
    public void Read_of_a_name_without_its_end_throws(int offset)
    {
        byte[] bytes = Wire("/a", "/b", "/c");
        bytes.AsSpan(offset, 4096).Fill((byte)'x');

        Assert.That(
            () => ConnectResponse.Read(bytes),
            Throws.TypeOf<WireFormatException>().With.Message.Contains("no terminating NUL"));
    }

    [TestCase(40)]
    [TestCase(4136)]
    [TestCase(8232)]
    public void Read_of_a_name_that_fills_its_field_gives_it(int offset)
    {
        byte[] bytes = Wire("", "", "");
        bytes.AsSpan(offset, 4095).Fill((byte)'x');

        ConnectResponse response = ConnectResponse.Read(bytes);

        Assert.That(
            response.RequestName + response.ResponseName + response.EventName, Is.EqualTo(new string('x', 4095)));
    }

    [Test]
    public void Read_of_a_name_that_is_not_UTF8_throws()
    {
        byte[] bytes = Wire("/a", "/b", "/c");
        bytes[41] = 0xFF;

        Assert.That(
            () => ConnectResponse.Read(bytes), Throws.TypeOf<WireFormatException>().With.Message.Contains("not UTF-8"));
    }

    [Test]
    public void Read_of_another_size_in_the_header_throws()
    {
        byte[] bytes = Wire("/a", "/b", "/c");
        bytes[8]++;

        Assert.That(
            () => ConnectResponse.Read(bytes),
            Throws.TypeOf<WireFormatException>().With.Message.Contains("12328 bytes"));
    }

    [TestCase("/dev/shm/qb-1-2-3-abc/request", "/dev/shm/qb-1-2-3-abc/response", "/dev/shm/qb-1-2-3-abc/event")]
    [TestCase("/dev/shm/qb-1-2-3-abc/qb-control-quorum", "/dev/shm/qb-1-2-3-abc/qb-quorum", "")]
    [TestCase("quorum-request-1-2-3", "quorum-response-1-2-3", "quorum-event-1-2-3")]
    public void Read_of_a_32_bit_daemons_layout_says_so(string request, string response, string events)
    {
        byte[] bytes = new byte[ConnectResponse.Size];
        Head.AsSpan(0, 36).CopyTo(bytes);
        Encoding.ASCII.GetBytes(request, bytes.AsSpan(36));
        Encoding.ASCII.GetBytes(response, bytes.AsSpan(36 + 4096));
        Encoding.ASCII.GetBytes(events, bytes.AsSpan(36 + 8192));

        Assert.That(
            () => ConnectResponse.Read(bytes),
            Throws.TypeOf<WireFormatException>().With.Message.Contains("32-bit daemon"));
    }

    [Test]
    public void Read_of_a_connection_id_that_looks_like_a_name_is_not_taken_for_a_32_bit_daemon()
    {
        byte[] bytes = Wire("/dev/shm/q", "/dev/shm/r", "/dev/shm/e");
        "/dev"u8.CopyTo(bytes.AsSpan(36));

        Assert.That(ConnectResponse.Read(bytes).RequestName, Is.EqualTo("/dev/shm/q"));
    }

    [Test]
    public void WriteTo_of_a_name_that_is_too_long_throws() =>
        Assert.That(
            () => new ConnectResponse { EventName = new string('x', 4096) }.WriteTo(new byte[ConnectResponse.Size]),
            Throws.ArgumentException.With.Message.Contains("EventName"));

    [Test]
    public void WriteTo_of_a_name_with_a_NUL_throws() =>
        Assert.That(
            () => new ConnectResponse { RequestName = "a\0b" }.WriteTo(new byte[ConnectResponse.Size]),
            Throws.ArgumentException.With.Message.Contains("RequestName"));

    private static ConnectResponse Granted() => new()
    {
        ConnectionType = IpcConnectionType.SharedMemory,
        MaxMessageSize = 65536,
        ConnectionId = 0x5571_9AE7_F8A0,
        RequestName = "/dev/shm/q",
        ResponseName = "/dev/shm/r",
        EventName = "/dev/shm/e",
    };

    private static byte[] Wire(string request, string response, string events)
    {
        byte[] bytes = new byte[ConnectResponse.Size];
        Head.CopyTo(bytes, 0);
        Encoding.ASCII.GetBytes(request, bytes.AsSpan(40));
        Encoding.ASCII.GetBytes(response, bytes.AsSpan(4136));
        Encoding.ASCII.GetBytes(events, bytes.AsSpan(8232));
        return bytes;
    }
}
