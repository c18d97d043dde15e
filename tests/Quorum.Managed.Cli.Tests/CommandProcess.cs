using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

// The built command as a process of its own.
internal static class CommandProcess
{
    public static string[] Command(params string[] args) =>
        ["dotnet", Path.Combine(AppContext.BaseDirectory, "quorum.dll"), .. args];

    public static NodeProcess Start(params string[] args) => StartUnder([], args);

    // Started by another program, for example a shell that sets a limit first.
    public static NodeProcess StartUnder(string[] starter, params string[] args) =>
        NodeProcess.Start([.. starter, .. Command(args)], [], keepOutput: true);

    // With redirections, limits and pipes of bash: "$@" is the command.
    public static NodeProcess StartInShell(string script, params string[] args) =>
        StartUnder(["bash", "-c", script, "bash"], args);

    public static async Task<CommandResult> RunAsync(params string[] args) => await EndAsync(Start(args));

    public static async Task<CommandResult> RunInShellAsync(string script, params string[] args) =>
        await EndAsync(StartInShell(script, args));

    public static async Task<CommandResult> EndAsync(NodeProcess process)
    {
        await using (process)
        {
            process.CloseInput();
            return await process.WaitAsync(Wait.Bound);
        }
    }
}
