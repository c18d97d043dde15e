namespace Quorum.Managed.Testing;

// A connection cannot be granted. The client's handshake is answered with the error number.
internal sealed class HandshakeRefusedException(int errno, string message) : Exception(message)
{
    public int Errno => errno;
}
