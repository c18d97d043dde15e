namespace Quorum.Managed.Testing.Server;

// A connection cannot be granted; the client is answered with the error number.
internal sealed class ServerErrorException(int errno, string message) : Exception(message)
{
    public int Errno => errno;
}
