using System.IO.MemoryMappedFiles;
using System.Security.Cryptography;
using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Testing.Server;

// A connection's directory in /dev/shm and the files in it, owned by the client as the real daemon's are. The files are allocated when they
// are made: a full /dev/shm is an error then, not a SIGBUS later.
internal sealed class ChannelDirectory
{
    private const string Root = "/dev/shm";
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    private readonly PeerCredentials _owner;
    private readonly List<string> _files = new(6);

    private ChannelDirectory(string path, PeerCredentials owner)
    {
        Path = path;
        _owner = owner;
    }

    public string Path { get; }

    public static ChannelDirectory Create(PeerCredentials owner, long descriptor)
    {
        string prefix = string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{Root}/qb-{Environment.ProcessId}-{owner.ProcessId}-{descriptor}-");
        while (true)
        {
            string path = prefix + RandomNumberGenerator.GetString(Letters, 6);
            int error = FileCalls.MakeDirectory(path, (int)Mode);
            if (error == Errno.EEXIST)
            {
                continue;
            }

            Check(error, path);
            ChannelDirectory directory = new(path, owner);
            directory.Own(path, Mode);
            return directory;
        }
    }

    // Makes a file of zeros that cannot run out of memory, and maps it.
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
            Own(path, FileMode);
            using MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(
                file, mapName: null, capacity: 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
            return mapped.CreateViewAccessor(0, bytes, MemoryMappedFileAccess.ReadWrite);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ServerErrorException(e.HResult is > 0 and < 4096 ? e.HResult : Errno.ENOSPC, e.Message);
        }
    }

    // The files by name and the directory only if it is empty then: it belongs to the client, who could have put anything there.
    public void Remove()
    {
        foreach (string file in _files)
        {
            Try(() => File.Delete(file));
        }

        Try(() => Directory.Delete(Path));
    }

    private static void Try(Action remove)
    {
        try
        {
            remove();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The client was faster, or put something of its own there.
        }
    }

    private static void Check(int error, string path)
    {
        if (error != 0)
        {
            throw new ServerErrorException(error, $"{path}: error {error}");
        }
    }

    private void Own(string path, UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.SetUnixFileMode(path, mode); // whatever the umask is
        Check(FileCalls.ChangeOwner(path, _owner.UserId, _owner.GroupId), path);
    }
}
