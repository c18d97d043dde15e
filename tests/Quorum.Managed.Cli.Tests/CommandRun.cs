namespace Quorum.Managed.Cli.Tests;

// One run of the command in this process, and what it wrote.
internal sealed record CommandRun(int ExitCode, string Out, string Error)
{
    public static string NoSuchEndpoint { get; } = "abstract:no-such-" + Guid.NewGuid().ToString("N");

    public static async Task<CommandRun> InvokeAsync(string[] args, Func<string, string?>? environment = null, CancellationToken cancellationToken = default)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new() { NewLine = "\n" };
        CommandHost host = new(output, error) { Environment = environment ?? (static _ => null) };
        int exitCode = await QuorumCommand.InvokeAsync(args, host, cancellationToken).WaitAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
