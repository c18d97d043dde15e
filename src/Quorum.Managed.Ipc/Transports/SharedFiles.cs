using System.Globalization;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Ipc;

// Opens and maps the files that the daemon made for a connection.
//
// It never creates, truncates, extends or unlinks a file: any of these can kill the daemon with SIGBUS.
// It follows a name only inside the shared-memory directory: no "..", no links, only regular files of a trusted owner.
// All files of a connection lie in one directory, which the first name decides: the connection's own, or the
// shared-memory directory itself with libqb up to 1.0.3. protocol-docs/handshake.md, "Whom to believe".
internal sealed class SharedFiles : IDisposable
{
    private const string DaemonDirectory = "/dev/shm";
    private const int FileTypeMask = 0xF000;
    private const int RegularFile = 0x8000;
    private const int DirectoryType = 0x4000;

    private readonly string _directory;
    private readonly bool _native;
    private string? _folder;
    private SafeFileHandle? _opened;

    public SharedFiles(IpcConnectionOptions options, IpcAddress address, PeerCredentials peer)
    {
        _directory = options.SharedMemoryDirectory;
        _native = Syscall.IsUsedBy(options.WaitStrategy);
        Owners = new FileOwners(address, peer, options.AdditionalTrustedUids);
    }

    public FileOwners Owners { get; }

    // The path at which this process sees the daemon's file. A relative name (libqb up to 1.0.3) gets the prefix and
    // stands in the shared-memory directory itself.
    public string Locate(string name, string relativePrefix)
    {
        string relative = !name.StartsWith('/') ? relativePrefix + name
            : name.StartsWith(DaemonDirectory + "/", StringComparison.Ordinal) ? name[(DaemonDirectory.Length + 1)..]
            : throw FileErrors.NotTrusted(name, "it is not inside " + DaemonDirectory);
        string[] parts = relative.Split('/');
        if (Array.Exists(parts, static part => part.Length == 0 || part is "." or ".."))
        {
            throw FileErrors.NotTrusted(name, "it could lead out of " + DaemonDirectory);
        }

        string folder = parts.Length == 2 ? parts[0] : string.Empty;
        bool isOurs = parts.Length switch
        {
            1 => relative.StartsWith("qb-", StringComparison.Ordinal),
            2 => name.StartsWith('/') && IsConnectionDirectory(folder),
            _ => false,
        };
        if (!isOurs)
        {
            throw FileErrors.NotTrusted(name, "it is not the name of a connection's file");
        }

        _folder ??= folder;
        return string.Equals(folder, _folder, StringComparison.Ordinal)
            ? Path.Join(_directory, relative)
            : throw FileErrors.NotTrusted(name, "it is not in the directory of the connection's other files");
    }

    // Maps the first bytes of a file that Locate found. The file must have at least as many.
    public MemoryMappedViewAccessor Map(string path, long needed)
    {
        try
        {
            using SafeFileHandle file = _native ? OpenBeneath(path) : OpenManaged(path);
            long length = RandomAccess.GetLength(file);
            if (length < needed)
            {
                throw FileErrors.TooShort(path, length, needed);
            }

            // Capacity 0 means the file's own length, so nothing is extended.
            using MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(
                file,
                mapName: null,
                capacity: 0,
                MemoryMappedFileAccess.ReadWrite,
                HandleInheritability.None,
                leaveOpen: true);
            return mapped.CreateViewAccessor(0, needed, MemoryMappedFileAccess.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw FileErrors.CannotOpen(path, _directory, ErrnoOf(e), e);
        }
    }

    public void Dispose() => _opened?.Dispose();

    private static int ErrnoOf(Exception cause) => cause switch
    {
        FileNotFoundException or DirectoryNotFoundException => Errno.ENOENT,
        UnauthorizedAccessException => Errno.EACCES,
        _ when cause.HResult is > 0 and < 4096 => cause.HResult,
        _ => 0,
    };

    // Opens the file in the connection's directory. The checks are made on what was opened, because its name can change
    // its meaning at any time.
    private SafeFileHandle OpenBeneath(string path)
    {
        string[] parts = path[_directory.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);
        _opened ??= OpenFolder(parts[..^1], path);
        int errno = FileCalls.OpenFile(_opened, parts[^1], out SafeFileHandle file);
        try
        {
            ThrowIf(errno, path);
            CheckOwner(file, RegularFile, path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Opens each directory in turn. Only the shared-memory directory itself may be reached through a link.
    private SafeFileHandle OpenFolder(string[] parts, string path)
    {
        int errno = FileCalls.OpenDirectory(null, _directory, out SafeFileHandle directory);
        try
        {
            if (errno != 0)
            {
                throw FileErrors.CannotOpenDirectory(_directory, errno);
            }

            foreach (string part in parts)
            {
                errno = FileCalls.OpenDirectory(directory, part, out SafeFileHandle child);
                directory.Dispose();
                directory = child;
                ThrowIf(errno, path);
                CheckOwner(directory, DirectoryType, path);
            }

            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    private void CheckOwner(SafeFileHandle file, int type, string path)
    {
        int errno = FileCalls.Status(file, out int mode, out uint owner);
        if (errno is Errno.ENOSYS or Errno.EPERM)
        {
            // The kernel or a seccomp filter does not allow statx. What .NET tells is left, and of a file only.
            if (type == RegularFile)
            {
                Owners.Prove(file, path);
            }

            return;
        }

        ThrowIf(errno, path);
        if ((mode & FileTypeMask) != type)
        {
            throw FileErrors.NotTrusted(path, "it is not a regular file");
        }

        if (!Owners.Allows(owner))
        {
            throw FileErrors.NotTrusted(
                path,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"it belongs to uid {owner}, which is neither this process's uid nor that of a trusted daemon"),
                "Find out which process listens at the address.");
        }
    }

    private void ThrowIf(int errno, string path)
    {
        if (errno == 0)
        {
            return;
        }

        throw errno is Errno.ELOOP or Errno.ENOTDIR
            ? FileErrors.NotTrusted(path, "it leads through a link, or through something that is not a directory")
            : FileErrors.CannotOpen(path, _directory, errno, null);
    }

    // Without native calls, the names are checked before the file is opened.
    private SafeFileHandle OpenManaged(string path)
    {
        string? part = path;
        while (part is not null && part.Length > _directory.Length)
        {
            if (new FileInfo(part).LinkTarget is not null)
            {
                throw FileErrors.NotTrusted(path, "it leads through a link");
            }

            part = Path.GetDirectoryName(part);
        }

        if (!Directory.Exists(_directory))
        {
            throw FileErrors.CannotOpenDirectory(_directory, File.Exists(_directory) ? Errno.ENOTDIR : Errno.ENOENT);
        }

        SafeFileHandle file =
            File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            Owners.Prove(file, path);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Whether a name is qb-SERVERPID-CLIENTPID-DESCRIPTOR-XXXXXX.
    private static bool IsConnectionDirectory(string name)
    {
        string[] parts = name.Split('-');
        return parts is ["qb", _, _, _, { Length: 6 } random]
            && Array.TrueForAll(parts[1..4], static part => part.Length > 0 && part.All(char.IsAsciiDigit))
            && random.All(char.IsAsciiLetterOrDigit);
    }
}
