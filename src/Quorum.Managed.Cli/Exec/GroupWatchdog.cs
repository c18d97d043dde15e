using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// The watchdog process: it kills the command's process group if exec itself is killed. The parent-death signal would
// reach only the command, not the command's children. An instance is exec's side; Run is the watchdog's own side.
internal sealed class GroupWatchdog : IDisposable
{
    private const int NoGroup = 0;

    private readonly Process _process;

    public GroupWatchdog()
    {
        ProcessStartInfo start = SelfProcess.Watchdog();
        start.RedirectStandardInput = true;
        _process = Process.Start(start) ?? throw new InvalidOperationException("The watchdog did not start.");
    }

    // Reads the number of the group from each line of its input. If the input ends while there is a group, exec was
    // killed, and the group is killed too.
    public static int Run()
    {
        // Signals to exec's group, such as Ctrl-C and the terminal's end, must not end the watchdog.
        _ = ProcessControl.BecomeGroupLeader();
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(
            PosixSignal.SIGHUP, static context => context.Cancel = true);
        using StreamReader input = new(Console.OpenStandardInput());
        int group = NoGroup;
        while (input.ReadLine() is { } line)
        {
            group = int.TryParse(line, CultureInfo.InvariantCulture, out int number) ? number : NoGroup;
        }

        // Group 1 is the whole system to kill(2).
        return group > 1 && ProcessControl.SignalGroup(group, SignalNumber.Kill) == 0 ? 1 : 0;
    }

    public void Watch(int group) => Send(group);

    public void StopWatching() => Send(NoGroup);

    public void Dispose()
    {
        StopWatching();
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // As in Send.
        }

        _process.WaitForExit();
        _process.Dispose();
    }

    private void Send(int group)
    {
        try
        {
            _process.StandardInput.WriteLine(group.ToString(CultureInfo.InvariantCulture));
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // The watchdog was killed. The command still has the parent-death signal.
        }
    }
}
