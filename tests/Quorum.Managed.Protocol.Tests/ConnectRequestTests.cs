using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Protocol.Tests;

[TestFixture]
internal sealed class ConnectRequestTests
{
    private static readonly byte[] Wire = Hex.Bytes(
        """
        FFFFFFFF 00000000  18000000 00000000  ; id -1, size 24
        00000100 00000000                     ; 65536 bytes wanted
        """);

    [Test]
    public void WriteTo_gives_the_bytes_of_the_wire()
    {
        byte[] bytes = new byte[ConnectRequest.Size];

        int written = new ConnectRequest(65536).WriteTo(bytes);

        Assert.That(written, Is.EqualTo(24));
        Assert.That(bytes, Is.EqualTo(Wire));
    }

    [Test]
    public void Read_gives_the_wish() => Assert.That(ConnectRequest.Read(Wire), Is.EqualTo(new ConnectRequest(65536)));

    [TestCase((byte)0)]
    [TestCase((byte)255)]
    public void Read_ignores_the_size_in_the_header_as_the_daemon_does(byte size)
    {
        byte[] bytes = [.. Wire];
        bytes[8] = size;

        Assert.That(ConnectRequest.Read(bytes).MaxMessageSize, Is.EqualTo(65536u));
    }

    [Test]
    public void Read_of_another_id_throws()
    {
        byte[] bytes = [.. Wire];
        bytes[0] = 0xFE;

        Assert.That(
            () => ConnectRequest.Read(bytes),
            Throws.TypeOf<WireFormatException>().With.Message.Contains("id -1 expected, -2 found"));
    }
}
