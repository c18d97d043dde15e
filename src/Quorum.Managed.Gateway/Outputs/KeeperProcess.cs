using System.ComponentModel;
using System.Diagnostics;

namespace Quorum.Managed.Gateway;

// The keeper of the state file as a child process of the same program. Its input closes when this process ends in any
// way. Not thread-safe, except for Kill.
internal sealed class KeeperProcess : IDisposable
{
    private readonly Process _process;

    private KeeperProcess(Process process) => _process = process;

    public bool HasExited => _process.HasExited;

    // Standard error is inherited: what the keeper logs is among what the gateway logs.
    public static KeeperProcess Start(string path, StateFormat format)
    {
        string program = Environment.ProcessPath
            ?? throw new Win32Exception("The path of the running program is not known.");
        ProcessStartInfo start = new(program) { RedirectStandardInput = true, UseShellExecute = false };
        // "dotnet quorum-gateway.dll" instead of the program itself.
        if (string.Equals(Path.GetFileName(program), "dotnet", StringComparison.Ordinal))
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "quorum-gateway.dll"));
        }

        start.ArgumentList.Add(StateKeeper.Argument);
        start.ArgumentList.Add(format.ToString());
        start.ArgumentList.Add(path);
        // systemd must not take the keeper for the service.
        start.Environment.Remove("NOTIFY_SOCKET");
        start.Environment.Remove("WATCHDOG_USEC");
        return new KeeperProcess(Process.Start(start)!);
    }

    // Returns whether the keeper can still read.
    public bool TryTell(StateWord word)
    {
        try
        {
            _process.StandardInput.WriteLine(word.ToLine());
            _process.StandardInput.Flush();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public void Kill() => _process.Kill();

    // The end of its input makes the keeper write its last words.
    public async Task EndAsync(TimeSpan limit)
    {
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync().WaitAsync(limit);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            _process.Kill();
        }
    }

    public void Dispose() => _process.Dispose();
}
