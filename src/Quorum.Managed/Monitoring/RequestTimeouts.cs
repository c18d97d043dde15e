using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// Which errors say that the daemon did not answer in time.
internal static class RequestTimeouts
{
    public static bool IsOne(Exception? error) =>
        error is TimeoutException
            or QuorumException { Errno: Errno.ETIMEDOUT }
            or QuorumException { Error: CorosyncError.Timeout };
}
