using System.Globalization;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc.SharedMemory;

// Opens and maps the files that the daemon made for this connection. Never creates, truncates, extends or unlinks one: that can kill the daemon with
// SIGBUS. Names are followed only inside the shared-memory directory: no "..", no links, regular files of an expected owner.
internal sealed class SharedFiles
{
    private const string DaemonDirectory = "/dev/shm";
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;

    private readonly string _directory;
    private readonly Func<uint, bool> _isExpectedOwner;
    private readonly bool _native;

    public SharedFiles(IpcConnectionOptions options, PeerCredentials peer)
    {
        _directory = options.SharedMemoryDirectory;
        _native = options.WaitStrategy != WaitStrategy.Polling && Libc.IsSupported;
        // The daemon gives the files to whom it saw connecting.
        _isExpectedOwner = uid => uid == peer.UserId || TrustedPeer.IsTrusted(uid, options.AdditionalTrustedUids);
    }

    // The name's path here. A relative name stands below the daemon's directory, with a prefix of its kind (libqb up to 1.0.3).
    public string Locate(string name, string relativePrefix)
    {
        string relative = !name.StartsWith('/') ? relativePrefix + name
            : name.StartsWith(DaemonDirectory + "/", StringComparison.Ordinal) ? name[(DaemonDirectory.Length + 1)..]
            : throw IpcErrors.NotFollowed(name, "it is not inside " + DaemonDirectory);
        foreach (string part in relative.Split('/'))
        {
            if (part.Length == 0 || part is "." or "..")
            {
                throw IpcErrors.NotFollowed(name, "it could lead out of " + DaemonDirectory);
            }
        }

        return Path.Join(_directory, relative);
    }

    // Maps the first bytes of a file that Locate found; it must have that many.
    public MemoryMappedViewAccessor Map(string path, long needed)
    {
        try
        {
            using SafeFileHandle file = _native ? OpenBeneath(path) : OpenManaged(path);
            long length = RandomAccess.GetLength(file);
            if (length < needed)
            {
                throw IpcErrors.TooShort(path, length, needed);
            }

            // Capacity 0 is the file's own length: nothing is extended.
            using MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(
                file, mapName: null, capacity: 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
            return mapped.CreateViewAccessor(0, needed, MemoryMappedFileAccess.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw IpcErrors.CannotOpen(path, _directory, ErrnoOf(e), e);
        }
    }

    private static int ErrnoOf(Exception cause) => cause switch
    {
        FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
        UnauthorizedAccessException => Errno.EACCES,
        _ when cause.HResult is > 0 and < 4096 => cause.HResult,
        _ => 0,
    };

    // Directory by directory from the shared-memory directory, which alone may be reached through a link; then looks at what was opened, not at the name.
    private SafeFileHandle OpenBeneath(string path)
    {
        string[] parts = path[_directory.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        int errno = Libc.OpenDirectory(null, _directory, out SafeFileHandle directory);
        try
        {
            foreach (string part in parts[..^1])
            {
                ThrowIf(errno, path);
                errno = Libc.OpenDirectory(directory, part, out SafeFileHandle child);
                directory.Dispose();
                directory = child;
            }

            ThrowIf(errno, path);
            errno = Libc.OpenFile(directory, parts[^1], out SafeFileHandle file);
            if (errno != 0)
            {
                file.Dispose();
                ThrowIf(errno, path);
            }

            try
            {
                Check(file, path);
                return file;
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        finally
        {
            directory.Dispose();
        }
    }

    private void Check(SafeFileHandle file, string path)
    {
        int errno = Libc.Status(file, out int mode, out uint owner);
        if (errno is Errno.ENOSYS or Errno.EPERM)
        {
            // A kernel or a seccomp filter without statx: what can be told without it was checked while opening.
            return;
        }

        ThrowIf(errno, path);
        if ((mode & FileTypeMask) != RegularFile)
        {
            throw IpcErrors.NotFollowed(path, "it is no regular file");
        }

        if (!_isExpectedOwner(owner))
        {
            throw IpcErrors.NotFollowed(
                path,
                string.Create(CultureInfo.InvariantCulture, $"it belongs to uid {owner}, neither root, nor this process's uid, nor the daemon's"),
                "In a user namespace in which that is how root or this user appears, admit the uid with AdditionalTrustedUids.");
        }
    }

    private void ThrowIf(int errno, string path)
    {
        if (errno == 0)
        {
            return;
        }

        throw errno is Errno.ELOOP or Errno.ENOTDIR
            ? IpcErrors.NotFollowed(path, "it leads through a link or something else that is no directory")
            : IpcErrors.CannotOpen(path, _directory, errno, null);
    }

    // Without native calls: the same, but the names are looked at before they are opened, and the owner not at all.
    private SafeFileHandle OpenManaged(string path)
    {
        for (string? part = path; part is not null && part.Length > _directory.Length; part = Path.GetDirectoryName(part))
        {
            if (new FileInfo(part).LinkTarget is not null)
            {
                throw IpcErrors.NotFollowed(path, "it leads through a link");
            }
        }

        return File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    }
}
