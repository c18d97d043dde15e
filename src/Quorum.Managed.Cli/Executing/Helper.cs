using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Quorum.Managed.Ipc;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Cli.Executing;

// The two processes that this program starts of itself for exec: one that turns into the command, and one that survives us to clean up.
// Neither is a command of the user's.
internal static class Helper
{
    public const string LaunchVerb = "__launch";
    public const string GuardVerb = "__guard";
    public const int NotExecutable = 126;
    public const int NotFound = 127;

    private const int SigKill = 9;
    private const int SigHangUp = 1;
    private const int Enoexec = 8;

    public static bool TryRun(string[] args, out int exitCode)
    {
        exitCode = args switch
        {
            [LaunchVerb, string parent, .. string[] command] when command.Length > 0 => Launch(parent, command),
            [GuardVerb] => Guard(),
            _ => -1,
        };
        return exitCode >= 0;
    }

    // How to start this very program, also when it runs as dotnet quorum.dll or inside a test.
    public static ProcessStartInfo Start(params IEnumerable<string> arguments)
    {
        string self = Environment.ProcessPath ?? "dotnet";
        string name = Path.GetFileNameWithoutExtension(self);
        string library = Path.Combine(AppContext.BaseDirectory, "quorum.dll");
        string[] start = name is "quorum" || !File.Exists(library)
            ? [self]
            : [name is "dotnet" ? self : "dotnet", "exec", library];
        return new ProcessStartInfo(start[0], [.. start[1..], .. arguments]) { UseShellExecute = false };
    }

    // Between fork and the command: a group of its own, and death with the parent. The parent may have died before that was asked for.
    private static int Launch(string parent, string[] command)
    {
        _ = ProcessControl.BecomeGroupLeader();
        _ = ProcessControl.SignalOnParentDeath(SigKill);
        if (!int.TryParse(parent, CultureInfo.InvariantCulture, out int expected) || expected != ProcessControl.ParentProcess)
        {
            return 128 + SigKill;
        }

        int error = Errno.ENOENT;
        foreach (string path in Candidates(command[0]))
        {
            int result = ProcessControl.Execute(path, command);
            if (result == Enoexec)
            {
                // A script that does not say what runs it: the shell, as execvp(3) has it.
                result = ProcessControl.Execute("/bin/sh", ["sh", path, .. command[1..]]);
            }

            error = result == Errno.ENOENT ? error : result;
        }

        Console.Error.WriteLine($"quorum: {command[0]}: {(error == Errno.ENOENT ? "not found" : $"cannot be run (error {error})")}");
        return error == Errno.ENOENT ? NotFound : NotExecutable;
    }

    private static IEnumerable<string> Candidates(string command) => command.Contains('/', StringComparison.Ordinal)
        ? [command]
        : (Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, command)).Where(File.Exists);

    // Reads the number of a process group, then waits for the end of its input. Without the word done before that, our parent was killed: so is the group.
    private static int Guard()
    {
        _ = ProcessControl.BecomeGroupLeader();
        using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(
            (PosixSignal)SigHangUp, static context => context.Cancel = true);
        using StreamReader input = new(Console.OpenStandardInput());
        int group = 0;
        while (input.ReadLine() is { } line)
        {
            group = int.TryParse(line, CultureInfo.InvariantCulture, out int number) ? number : 0;
        }

        return group > 1 && ProcessControl.Kill(-group, SigKill) == 0 ? 1 : 0;
    }
}
