using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Cli.Executing;

// One run of the command, in a process group of its own.
internal sealed class CommandProcess
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string[] _command;
    private int _pid;

    private CommandProcess(string[] command) => _command = command;

    public int Pid => _pid;

    // The command's exit code; 128 + n when signal n ended it.
    public Task<int> Exit => _exit.Task;

    public static async Task<CommandProcess> StartAsync(string[] command)
    {
        CommandProcess process = new(command);
        // The parent-death signal comes when the thread ends that started the process: this one stays until the process has ended.
        new Thread(process.Run) { IsBackground = true, Name = "quorum exec" }.Start();
        await process._started.Task.ConfigureAwait(false);
        return process;
    }

    // To the whole group; to the process alone while it has not yet made its group.
    public void Signal(int signal)
    {
        if (ProcessControl.Kill(-_pid, signal) != 0 && !_exit.Task.IsCompleted)
        {
            _ = ProcessControl.Kill(_pid, signal);
        }
    }

    // SIGTERM, and after the grace SIGKILL, to all of the group; what the command left behind in it goes too.
    public async Task<int> StopAsync(TimeSpan grace)
    {
        Signal(SigTerm);
        try
        {
            await _exit.Task.WaitAsync(grace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Signal(SigKill);
        }

        return await EndAsync().ConfigureAwait(false);
    }

    // Waits for the end, and leaves nothing of the group.
    public async Task<int> EndAsync()
    {
        int code = await _exit.Task.ConfigureAwait(false);
        _ = ProcessControl.Kill(-_pid, SigKill);
        return code;
    }

    private void Run()
    {
        try
        {
            using Process process = Process.Start(Helper.Start([Helper.LaunchVerb, Environment.ProcessId.ToString(CultureInfo.InvariantCulture), .. _command]))
                ?? throw new InvalidOperationException("The command did not start.");
            _pid = process.Id;
            _started.SetResult();
            process.WaitForExit();
            _exit.SetResult(process.ExitCode);
        }
        catch (Exception e)
        {
            _started.TrySetException(e);
            _exit.TrySetException(e);
        }
    }
}
