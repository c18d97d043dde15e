using System.Diagnostics;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Ipc.Tests;

// tests/native/standin.c as a process, and the rings that it makes.
internal sealed class Standin : IDisposable
{
    // Named as libqb names a connection's directory.
    private readonly string _rings = $"/dev/shm/qb-{Environment.ProcessId}-0-0-{Guid.NewGuid().ToString("N")[..6]}";
    private readonly Process _process;

    // The delay is in microseconds.
    public Standin(string program, int delay, int count)
    {
        Directory.CreateDirectory(_rings);
        ProcessStartInfo start = new(program, [Name, _rings, $"{delay}", $"{count}"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        _process = Process.Start(start)!;
        Assert.That(_process.StandardOutput.ReadLine(), Is.EqualTo("listening"));
    }

    // The abstract name that it listens at.
    public string Name { get; } = $"quorum-test-{Guid.NewGuid():N}";

    // Waits for its end, and returns its last line.
    public async Task<string> EndAsync()
    {
        await Wait.ForAsync(_process.WaitForExitAsync(), "the end of the stand-in");
        Assert.That(_process.ExitCode, Is.Zero);
        return (await _process.StandardOutput.ReadToEndAsync()).Trim();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_rings, recursive: true);
    }
}
