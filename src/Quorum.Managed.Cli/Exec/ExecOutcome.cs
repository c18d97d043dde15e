using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;

namespace Quorum.Managed.Cli;

// What became of one run of the command, as an exit code and a line for the user.
internal sealed class ExecOutcome(ExecOptions options, Action<string> say)
{
    // Whether the command is stopped because quorum was lost. Then its own exit code means nothing.
    public bool IsLost { get; set; }

    // The command's exit code as a shell has it; null while it runs.
    public int? Status { get; private set; }

    public void Begin()
    {
        IsLost = false;
        Status = null;
    }

    // The status of wait(2).
    public void OnEnded(int status) => Status = (status & 0x7F) is var signal && signal != 0
        ? ExitCodes.For((SignalNumber)signal)
        : (status >> 8) & 0xFF;

    public void OnNotStarted(int error)
    {
        say(error == Errno.ENOENT
            ? $"{options.Command}: not found"
            : $"{options.Command}: cannot be run: {Marshal.GetPInvokeErrorMessage(error)}");
        Status = error == Errno.ENOENT ? ExitCodes.NotFound : ExitCodes.NotExecutable;
    }

    // Nothing runs any more, or nothing that can be ended. Returns exec's exit code.
    public int OnGone(GuardMessage gone)
    {
        if (gone.Value > 0)
        {
            string why = gone.Second == 0
                ? "it does not react to SIGKILL"
                : Marshal.GetPInvokeErrorMessage((int)gone.Second);
            say($"{gone.Value} process(es) of the command could not be ended and still run, " +
                $"such as {gone.First}: {why}");
            return options.NotEndedCode;
        }

        return IsLost ? options.LostCode : Status ?? ExitCodes.For(SignalNumber.Kill);
    }
}
