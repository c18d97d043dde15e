using System.Globalization;
using Quorum.Managed.Ipc;

namespace Quorum.Managed.Cli;

// The process that becomes the user's command. Between fork and execve it gives the command what .NET's Process cannot:
// a process group of its own, and SIGKILL when exec is killed.
internal static class CommandLauncher
{
    // The PATH of execvp(3) where the environment has none.
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    private const int Enoexec = 8;

    public static int Run(string parent, string[] command)
    {
        _ = ProcessControl.BecomeGroupLeader();
        _ = ProcessControl.SignalOnParentDeath(SignalNumber.Kill);

        // If the parent died before the line above, there is another parent now and no signal will come.
        if (!int.TryParse(parent, CultureInfo.InvariantCulture, out int expected)
            || expected != ProcessControl.ParentProcess)
        {
            return ExitCodes.For(SignalNumber.Kill);
        }

        int error = Execute(command);
        string problem = error == Errno.ENOENT ? "not found" : $"cannot be run (error {error})";
        Console.Error.WriteLine($"quorum: {command[0]}: {problem}");
        return error == Errno.ENOENT ? ExitCodes.NotFound : ExitCodes.NotExecutable;
    }

    // As execvp(3): tries the candidates in order. A file that is no program and has no #! is run by the shell.
    private static int Execute(string[] command)
    {
        int error = Errno.ENOENT;
        foreach (string path in Candidates(command[0]))
        {
            int result = ProcessControl.Execute(path, command);
            if (result == Enoexec)
            {
                result = ProcessControl.Execute("/bin/sh", ["sh", path, .. command[1..]]);
            }

            error = result == Errno.ENOENT ? error : result;
        }

        return error;
    }

    private static IEnumerable<string> Candidates(string command)
    {
        if (command.Contains('/', StringComparison.Ordinal))
        {
            return [command];
        }

        string directories = Environment.GetEnvironmentVariable("PATH") ?? DefaultPath;
        return directories.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, command))
            .Where(File.Exists);
    }
}
