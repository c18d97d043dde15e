using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// The first process of a container ignores each signal that it does not handle. So a command that handles none would
// keep its container alive for the whole stop time-out. Elsewhere the kernel ends the process.
internal static class FirstProcess
{
    private static readonly List<PosixSignalRegistration> Registrations = [];

    public static void EndOnSignals()
    {
        if (Environment.ProcessId == 1)
        {
            End(PosixSignal.SIGTERM, SignalNumber.Terminate);
            End(PosixSignal.SIGINT, SignalNumber.Interrupt);
            End(PosixSignal.SIGHUP, SignalNumber.HangUp);
            End(PosixSignal.SIGQUIT, SignalNumber.Quit);
        }
    }

    private static void End(PosixSignal signal, SignalNumber number) => Registrations.Add(
        PosixSignalRegistration.Create(signal, _ => Environment.Exit(ExitCodes.For(number))));
}
