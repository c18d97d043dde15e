using System.Diagnostics;
using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// The built command as a process of its own.
internal static class CommandProcess
{
    public static string[] Command(params string[] args) =>
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "quorum.dll"), .. args];

    public static NodeProcess Start(params string[] args) => StartUnder([], args);

    // Started by another program.
    public static NodeProcess StartUnder(string[] starter, params string[] args) =>
        NodeProcess.Start([.. starter, .. Command(args)], [], keepOutput: true);

    // With redirections, limits and pipes of bash: "$@" is the command.
    public static NodeProcess StartInShell(string script, params string[] args) =>
        StartUnder(["bash", "-c", script, "bash"], args);

    // On a terminal of its own, as in StartInShell. What is written to the process is typed at the terminal.
    public static NodeProcess StartOnTerminal(string script, params string[] args) =>
        StartOnTerminal("/dev/null", script, args);

    // What the terminal shows goes to a file, too.
    public static NodeProcess StartOnTerminal(string log, string script, string[] args)
    {
        string words = string.Join(' ', Command(args).Select(Quote));
        return NodeProcess.Start(
            ["script", "-qefc", $"set -- {words}; {script}", log],
            [new("TERM", "xterm"), new("SHELL", "/bin/bash")],
            keepOutput: true);
    }

    public static Task<CommandResult> RunInShellAsync(string script, params string[] args) =>
        EndAsync(StartInShell(script, args));

    public static async Task<CommandResult> EndAsync(NodeProcess process)
    {
        await using (process)
        {
            process.CloseInput();
            return await process.WaitAsync(Wait.Bound);
        }
    }

    // To a process that the test did not start itself.
    public static void Signal(int pid, int signal)
    {
        using Process kill = Process.Start(
            "kill", [string.Create(CultureInfo.InvariantCulture, $"-{signal}"), $"{pid}"]);
        kill.WaitForExit();
    }

    // The letter of ps: R, S, T and so on.
    public static char StateOf(int pid)
    {
        string stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        return stat[stat.LastIndexOf(')') + 2];
    }

    // Waits until a thread of the process is inside of write(2) to a pipe.
    public static Task WhenBlockedAsync(int pid) => Wait.UntilAsync(
        () => Directory.GetDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/task"))
            .Any(static task => ReadText(task + "/wchan").Contains("pipe_w", StringComparison.Ordinal)),
        $"a blocked write of process {pid}");

    private static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
