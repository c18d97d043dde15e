using System.Globalization;
using System.IO.MemoryMappedFiles;
using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Testing;

// The directory of one connection in /dev/shm, with its files. The client owns them, as it owns those of the real
// daemon. The memory of a file is allocated when the file is made, so that a full /dev/shm is an error then and no
// SIGBUS later.
internal sealed class ChannelDirectory
{
    private const string Root = "/dev/shm";
    private const string NameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    private readonly string _path;
    private readonly PeerCredentials _owner;
    private readonly string _service;
    private readonly List<string> _files = new(6);

    private ChannelDirectory(string path, PeerCredentials owner, string service)
    {
        _path = path;
        _owner = owner;
        _service = service;
    }

    // The addresses of the connection's datagram sockets begin with this path.
    public string SocketPrefix => $"{_path}/qb-{_service}";

    // The process ids of server and client and the descriptor of the setup socket are in the path, as in the real
    // daemon's.
    public static ChannelDirectory Create(PeerCredentials owner, long descriptor, string service)
    {
        string prefix = string.Create(
            CultureInfo.InvariantCulture, $"{Root}/qb-{Environment.ProcessId}-{owner.ProcessId}-{descriptor}-");
        while (true)
        {
            // The name is no secret: the making fails where the name is taken. RandomNumberGenerator needs OpenSSL.
            string path = prefix + new string(Random.Shared.GetItems<char>(NameCharacters, 6));
            int error = FileCalls.MakeDirectory(path, (int)DirectoryMode);
            if (error == Errno.EEXIST)
            {
                continue;
            }

            Check(error, path);
            ChannelDirectory directory = new(path, owner, service);
            directory.SetModeAndOwner(path, DirectoryMode);
            return directory;
        }
    }

    // The path of a file. The names of a ring's two files begin with it.
    public string PathOf(string channel) => $"{_path}/qb-{channel}-{_service}";

    // Makes and maps a file of zeros, whose memory is allocated.
    public MemoryMappedViewAccessor CreateFile(string path, long bytes)
    {
        const UnixFileMode FileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _files.Add(path);
        try
        {
            FileStreamOptions options = new()
            {
                Mode = System.IO.FileMode.CreateNew,
                Access = FileAccess.ReadWrite,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                PreallocationSize = bytes,
            };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = FileMode;
            }

            using FileStream file = new(path, options);
            file.SetLength(bytes);
            SetModeAndOwner(path, FileMode);
            using MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(
                file,
                mapName: null,
                capacity: 0,
                MemoryMappedFileAccess.ReadWrite,
                HandleInheritability.None,
                leaveOpen: true);
            return mapped.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HandshakeRefusedException(e.HResult is > 0 and < 4096 ? e.HResult : Errno.ENOSPC, e.Message);
        }
    }

    // Removes the server's own files, and the directory if that leaves it empty. The client owns the directory and can
    // have put files of its own there.
    public void Remove()
    {
        foreach (string file in _files)
        {
            TryRemove(() => File.Delete(file));
        }

        TryRemove(() => Directory.Delete(_path));
    }

    private static void TryRemove(Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The client removed it first, or put files of its own there.
        }
    }

    private static void Check(int error, string path)
    {
        if (error != 0)
        {
            throw new HandshakeRefusedException(error, $"{path}: error {error}");
        }
    }

    private void SetModeAndOwner(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(path, mode); // The umask took away bits of the mode at creation.
        Check(FileCalls.ChangeOwner(path, _owner.UserId, _owner.GroupId), path);
    }
}
