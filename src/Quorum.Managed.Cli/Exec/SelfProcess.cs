using System.Diagnostics;

namespace Quorum.Managed.Cli;

// exec starts this program twice more: as the launcher, which becomes the user's command, and as the watchdog. Their
// first argument is a verb that is not a command of the user's.
internal static class SelfProcess
{
    private const string LaunchVerb = "__launch";
    private const string WatchdogVerb = "__watchdog";

    // Runs this process in its role if the arguments name one.
    public static bool TryRun(string[] args, out int exitCode)
    {
        switch (args)
        {
            case [LaunchVerb, string parent, .. string[] command] when command.Length > 0:
                exitCode = CommandLauncher.Run(parent, command);
                return true;
            case [WatchdogVerb]:
                exitCode = GroupWatchdog.Run();
                return true;
            default:
                exitCode = 0;
                return false;
        }
    }

    public static ProcessStartInfo Launcher(string parent, string[] command) => Start([LaunchVerb, parent, .. command]);

    public static ProcessStartInfo Watchdog() => Start([WatchdogVerb]);

    // This process is the program's executable, or dotnet with quorum.dll, or a test host. The last two run quorum.dll.
    private static ProcessStartInfo Start(IEnumerable<string> arguments)
    {
        string self = Environment.ProcessPath ?? "dotnet";
        string name = Path.GetFileNameWithoutExtension(self);
        string library = Path.Combine(AppContext.BaseDirectory, "quorum.dll");
        return name is "quorum" || !File.Exists(library)
            ? new ProcessStartInfo(self, arguments)
            : new ProcessStartInfo(name is "dotnet" ? self : "dotnet", ["exec", library, .. arguments]);
    }
}
