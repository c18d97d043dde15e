using System.Diagnostics;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>A native client as a process in another network namespace.</summary>
public sealed class ClientProcess : IDisposable
{
    // A process that died of SIGKILL has this exit code.
    private const int Killed = 128 + 9;

    private readonly Process _process;

    public ClientProcess(PrivateNetwork network, string program, params string[] arguments) =>
        _process = Process.Start(new ProcessStartInfo("nsenter", [$"--net={network.Path}", program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;

    /// <summary>Waits for a line of output. Throws when the output ends instead.</summary>
    public async Task<string> ReadLineAsync() =>
        await Wait.ForAsync(_process.StandardOutput.ReadLineAsync(), "a line of the client's output")
        ?? throw new EndOfStreamException("The client's output ended without another line.");

    /// <summary>Waits for the client's end and returns its output. Throws when the client failed.</summary>
    public async Task<string> ReadToEndAsync()
    {
        string output = await Wait.ForAsync(_process.StandardOutput.ReadToEndAsync(), "the end of the client's output");
        await Wait.ForAsync(_process.WaitForExitAsync(), "the client's end");
        return _process.ExitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"exit code {_process.ExitCode}: {output}{await _process.StandardError.ReadToEndAsync()}");
    }

    /// <summary>Sends SIGKILL. Throws when the client had ended by itself.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await Wait.ForAsync(_process.WaitForExitAsync(), "the client's end");
        Assert.That(_process.ExitCode, Is.EqualTo(Killed), "the client had ended by itself");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
