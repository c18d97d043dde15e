using System.Diagnostics;
using System.Globalization;

namespace Quorum.Managed.Cli.Executing;

// A process that kills the command's process group should this one be killed: the parent-death signal reaches the command alone, not its children.
internal sealed class Guard : IDisposable
{
    private readonly Process _process;

    public Guard()
    {
        ProcessStartInfo start = Helper.Start(Helper.GuardVerb);
        start.RedirectStandardInput = true;
        _process = Process.Start(start) ?? throw new InvalidOperationException("The guard did not start.");
    }

    // Zero: nothing to guard.
    public void Watch(int group)
    {
        try
        {
            _process.StandardInput.WriteLine(group.ToString(CultureInfo.InvariantCulture));
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Somebody killed the guard. The parent-death signal remains.
        }
    }

    public void Dispose()
    {
        Watch(0);
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // As above.
        }

        _process.WaitForExit();
        _process.Dispose();
    }
}
