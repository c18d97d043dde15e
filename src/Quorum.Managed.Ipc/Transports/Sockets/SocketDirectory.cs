using System.Globalization;
using Microsoft.Win32.SafeHandles;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.Sockets;

// The directory of the setup socket, in which libqb up to 1.0.3 keeps the datagram sockets of its connections too.
// protocol-docs/socket-transport.md, "Sockets that are files".
//
// The kernel does not tell who has made a datagram socket, so the owner of the file is what is trusted. That holds only
// in a directory in which no other user can replace the file.
internal sealed class SocketDirectory(string path, FileOwners owners, WaitStrategy strategy)
{
    private const int FileTypeMask = 0xF000;
    private const int DirectoryType = 0x4000;
    private const int SocketType = 0xC000;
    private const int WritableByOthers = 0x12;
    private const int Sticky = 0x200;

    // The path of one of the connection's sockets.
    public string Locate(string name) =>
        name.StartsWith("qb-", StringComparison.Ordinal) && !name.Contains('/', StringComparison.Ordinal)
            ? Path.Join(path, name)
            : throw FileErrors.NotTrusted(name, "it is not the name of a connection's socket");

    // Throws unless the socket of this name is the daemon's.
    public void Check(string name)
    {
        if (!Syscall.IsUsedBy(strategy))
        {
            throw FileErrors.NotTrusted(
                Path.Join(path, name),
                "WaitStrategy.Polling cannot find out the owner of a socket",
                "Use another WaitStrategy.");
        }

        int errno = FileCalls.OpenDirectory(null, path, out SafeFileHandle directory);
        using (directory)
        {
            ThrowIf(errno, path);
            int mode = CheckOwner(directory, DirectoryType, path);
            if ((mode & WritableByOthers) != 0 && (mode & Sticky) == 0)
            {
                throw FileErrors.NotTrusted(
                    name, $"other users can replace the files in {path}", $"Make {path} writable for root alone.");
            }

            errno = FileCalls.OpenName(directory, name, out SafeFileHandle socket);
            using (socket)
            {
                ThrowIf(errno, Path.Join(path, name));
                _ = CheckOwner(socket, SocketType, Path.Join(path, name));
            }
        }
    }

    private static void ThrowIf(int errno, string what)
    {
        if (errno != 0)
        {
            throw DatagramErrors.NoSocketFile(what, errno);
        }
    }

    // Returns the mode.
    private int CheckOwner(SafeFileHandle file, int type, string what)
    {
        ThrowIf(FileCalls.Status(file, out int mode, out uint owner), what);
        if ((mode & FileTypeMask) != type)
        {
            throw FileErrors.NotTrusted(what, type == SocketType ? "it is not a socket" : "it is not a directory");
        }

        return owners.Allows(owner) ? mode : throw FileErrors.NotTrusted(
            what,
            string.Create(
                CultureInfo.InvariantCulture,
                $"it belongs to uid {owner}, which is neither this process's uid nor that of a trusted daemon"));
    }
}
