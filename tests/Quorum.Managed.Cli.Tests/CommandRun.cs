namespace Quorum.Managed.Cli.Tests;

// One run of the command in this process, and what it wrote.
internal sealed record CommandRun(int ExitCode, string Out, string Error)
{
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    public static string NoSuchEndpoint { get; } = "abstract:no-such-" + Guid.NewGuid().ToString("N");

    public static Task<CommandRun> InvokeAsync(params string[] args) => InvokeAsync(args, static host => host);

    public static async Task<CommandRun> InvokeAsync(
        string[] args, Func<CommandHost, CommandHost> configure, CancellationToken cancellationToken = default)
    {
        CommandHost host = configure(new CommandHost(NewWriter(), NewWriter()));
        Task<int> running = QuorumCommand.InvokeAsync(args, host, cancellationToken);
        int exitCode = await running.WaitAsync(Patience, CancellationToken.None);
        return new CommandRun(exitCode, host.Out.ToString()!, host.Error.ToString()!);
    }

    private static StringWriter NewWriter() => new() { NewLine = "\n" };
}
