using System.Diagnostics;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// A named pipe that is full and that nobody reads.
internal sealed class FullPipe : IDisposable
{
    private const int Capacity = 65536;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("quorum-pipe-");
    private readonly FileStream _bothEnds;

    private FullPipe()
    {
        Path = System.IO.Path.Combine(_directory.FullName, "pipe");
        using (Process make = Process.Start("mkfifo", Path))
        {
            make.WaitForExit();
        }

        _bothEnds = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
    }

    public string Path { get; }

    public static async Task<FullPipe> CreateAsync()
    {
        FullPipe pipe = new();
        await Wait.ForAsync(pipe._bothEnds.WriteAsync(new byte[Capacity]).AsTask());
        return pipe;
    }

    public void Dispose()
    {
        _bothEnds.Dispose();
        _directory.Delete(recursive: true);
    }
}
