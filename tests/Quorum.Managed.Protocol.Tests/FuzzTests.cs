using CsCheck;

namespace Quorum.Managed.Protocol.Tests;

/// <summary>Bytes of a hostile peer: only <see cref="WireFormatException"/> may escape.</summary>
[TestFixture]
internal sealed class FuzzTests
{
    private static readonly Rewrite[] Readers = [.. Rewriters.All];
    private static readonly Message[] Valid = [.. Messages.All];

    [Test]
    public void Read_of_random_bytes_throws_nothing_but_WireFormatException() =>
        Gen.Byte.Array[0, 200].Sample(Survives, iter: 20_000);

    [Test]
    public void Read_of_random_bytes_with_a_plausible_header_throws_nothing_but_WireFormatException() =>
        Gen.Select(Gen.Int[-1, 8], Gen.Int[0, 200], Gen.Int[0, 2], Gen.Byte.Array[24, 200])
            .Sample(
                (id, size, error, bytes) =>
                {
                    new ResponseHeader(id, size, (CorosyncError)error).WriteTo(bytes);
                    return Survives(bytes);
                },
                iter: 20_000);

    [Test]
    public void Read_of_a_message_with_changed_bytes_throws_nothing_but_WireFormatException() =>
        Gen.Select(Gen.Int[0, Valid.Length - 1], Gen.Select(Gen.Int[0, 127], Gen.Byte).Array[1, 8], Gen.Int[0, 16])
            .Sample(
                (which, changes, cut) =>
                {
                    byte[] bytes = [.. Valid[which].Bytes];
                    foreach ((int offset, byte value) in changes)
                    {
                        bytes[offset % bytes.Length] = value;
                    }

                    return Survives(bytes[..^Math.Min(cut, bytes.Length)]);
                },
                iter: 20_000);

    [Test]
    public void Read_of_a_handshake_with_changed_bytes_throws_nothing_but_WireFormatException()
    {
        byte[] valid = Messages.Granted.Bytes;
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte).Array[1, 2000].Sample(
            changes =>
            {
                byte[] bytes = [.. valid];
                foreach ((int offset, byte value) in changes)
                {
                    bytes[offset] = value;
                }

                return Survives(bytes);
            },
            iter: 500);
    }

    private static bool Survives(byte[] bytes)
    {
        byte[] destination = new byte[WireLimits.ConnectResponseSize];
        foreach (Rewrite reader in Readers)
        {
            try
            {
                reader(bytes, destination);
            }
            catch (WireFormatException)
            {
                // Allowed. Any other exception fails the test.
            }
        }

        return true;
    }
}
