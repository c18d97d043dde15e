using System.Globalization;
using System.Text;

namespace Quorum.Managed.Cli;

// What the process was like when exec was started, as far as the runtime changes it: the command gets it back.
// Ignored and Blocked are sets of signals: bit n - 1 is signal n. OpenFiles is the soft RLIMIT_NOFILE, zero if unknown.
internal sealed record StartState(ulong Ignored, ulong Blocked, ulong OpenFiles)
{
    private const string Variable = "QUORUM_EXEC_START";

    private const int OpenFilesResource = 7;

    // Written into the environment of exec, where it comes first.
    public string Text => string.Create(
        CultureInfo.InvariantCulture, $"{Variable}={Ignored:x}:{Blocked:x}:{OpenFiles}");

    public static StartState? FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) is { } text ? Parse(text) : null;

    // Null if the text is none of ours.
    public static StartState? Parse(string text)
    {
        string[] parts = text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..].Split(':');
        return parts.Length == 3
            && ulong.TryParse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong ignored)
            && ulong.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong blocked)
            && ulong.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong files)
            ? new StartState(ignored, blocked, files)
            : null;
    }

    public static bool IsVariable(ReadOnlySpan<byte> variable) =>
        variable.StartsWith(Encoding.ASCII.GetBytes(Variable + "="));

    // Reads it in a process that the user started. The runtime has ignored SIGPIPE and taken SIGTERM by now; what these
    // two were can no longer be known, and the command gets them as a shell would start it.
    public static unsafe StartState Read()
    {
        ulong ignored = 0;
        for (int signal = 1; signal <= SignalSet.Last; signal++)
        {
            if (signal != (int)SignalNumber.Pipe && Kernel.IsIgnored(signal))
            {
                ignored |= SignalSet.Of(signal);
            }
        }

        return new StartState(ignored, Kernel.Blocked, SoftOpenFiles());
    }

    // The runtime raises the soft limit to the hard one. The parent has the same limits as a rule, and still the soft
    // one. If its hard limit differs, nothing can be said.
    private static unsafe ulong SoftOpenFiles()
    {
        ulong* own = stackalloc ulong[2];
        ulong* parents = stackalloc ulong[2];
        int parent = Kernel.Parent;
        return parent > 0
            && Kernel.Limit(0, OpenFilesResource, own) == 0
            && Kernel.Limit(parent, OpenFilesResource, parents) == 0
            && own[1] == parents[1]
            ? parents[0]
            : 0;
    }
}
