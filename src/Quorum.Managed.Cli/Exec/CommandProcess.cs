using System.Diagnostics;
using System.Globalization;

namespace Quorum.Managed.Cli;

// One run of the user's command, in a process group of its own.
internal sealed class CommandProcess
{
    private readonly TaskCompletionSource<int> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string[] _command;

    private CommandProcess(string[] command) => _command = command;

    // Also the number of its group.
    public int Pid { get; private set; }

    // The command's exit code, or 128 + n if signal n ended it.
    public Task<int> Exit => _exit.Task;

    public static async Task<CommandProcess> StartAsync(string[] command)
    {
        CommandProcess process = new(command);
        // The parent-death signal is sent when the starting thread ends. So that thread lives as long as the command.
        new Thread(process.Run) { IsBackground = true, Name = "quorum exec" }.Start();
        await process._started.Task.ConfigureAwait(false);
        return process;
    }

    // Signals the whole group. Just after the start there is no group yet, and the process alone is signalled.
    public void Signal(SignalNumber signal)
    {
        if (ProcessControl.SignalGroup(Pid, signal) != 0 && !_exit.Task.IsCompleted)
        {
            _ = ProcessControl.SignalProcess(Pid, signal);
        }
    }

    // Sends SIGTERM to the group, and SIGKILL if the command has not ended after the grace. Returns the exit code.
    public async Task<int> StopAsync(TimeSpan grace)
    {
        Signal(SignalNumber.Terminate);
        try
        {
            await _exit.Task.WaitAsync(grace).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Signal(SignalNumber.Kill);
        }

        return await EndAsync().ConfigureAwait(false);
    }

    // Waits for the command to end, and kills what it left in its group. Returns the exit code.
    public async Task<int> EndAsync()
    {
        int code = await _exit.Task.ConfigureAwait(false);
        _ = ProcessControl.SignalGroup(Pid, SignalNumber.Kill);
        return code;
    }

    private void Run()
    {
        try
        {
            string parent = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
            using Process process = Process.Start(SelfProcess.Launcher(parent, _command))
                ?? throw new InvalidOperationException("The command did not start.");
            Pid = process.Id;
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
