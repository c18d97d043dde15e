using System.Diagnostics;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>A native client in another network namespace.</summary>
public sealed class ClientProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    public ClientProcess(IEnumerable<string> arguments) =>
        _process = Process.Start(new ProcessStartInfo("nsenter", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;

    public int Pid => _process.Id; // nsenter executes the program in its own place

    public string? ReadLine() => _process.StandardOutput.ReadLineAsync().WaitAsync(Patience).GetAwaiter().GetResult();

    public string ReadToEnd()
    {
        string output = _process.StandardOutput.ReadToEndAsync().WaitAsync(Patience).GetAwaiter().GetResult();
        _process.WaitForExit(Patience);
        return _process.ExitCode == 0 ? output : throw new InvalidOperationException($"exit code {_process.ExitCode}: {output}{_process.StandardError.ReadToEnd()}");
    }

    public bool HasEndedWithin(TimeSpan time) => _process.WaitForExit(time);

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }
}
