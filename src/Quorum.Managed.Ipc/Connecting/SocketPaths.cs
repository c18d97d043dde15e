using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc;

// Finds out what lies at a path.
internal static class SocketPaths
{
    private const int FileTypeMask = 0xF000;
    private const int SocketType = 0xC000;

    public static SocketPath Find(string path, bool native)
    {
        if (Directory.Exists(path))
        {
            return SocketPath.Directory;
        }

        return !native || FileCalls.Status(path, out int mode, out uint names) != 0 ? SocketPath.Unknown
            : (mode & FileTypeMask) != SocketType ? SocketPath.Other
            : names == 0 ? SocketPath.Replaced
            : SocketPath.Socket;
    }
}
