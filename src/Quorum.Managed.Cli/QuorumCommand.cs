using System.CommandLine;
using Quorum.Managed.Cli.Commands;

namespace Quorum.Managed.Cli;

// The command line as a whole: which commands there are, and what a failure of any of them looks like.
internal static class QuorumCommand
{
    private const string Description =
        "Tells whether this node of a corosync cluster has quorum. Exit codes: 0 quorate or done, 1 not quorate, 2 unknown (no answer from corosync), 64 usage.";

    private static readonly (string Name, Func<CommandHost, Command> Create)[] Commands =
    [
        ("status", StatusCommand.Create),
        ("watch", WatchCommand.Create),
        ("check", CheckCommand.Create),
        ("wait", WaitCommand.Create),
        ("exec", ExecCommand.Create),
        ("simulate", SimulateCommand.Create),
        ("demo", DemoCommand.Create),
    ];

    public static async Task<int> InvokeAsync(IReadOnlyList<string> args, CommandHost host, CancellationToken cancellationToken)
    {
        try
        {
            ParseResult result = CreateRoot(host, args).Parse(args);
            if (result.Errors.Count > 0)
            {
                // The last is the most specific: an unknown command's first error is that a command is missing.
                return Usage(host, result.Errors[^1].Message, result.CommandResult.Command);
            }

            // Signals are the commands' business: their default ends the process at once, which is right where nothing must be put back.
            InvocationConfiguration configuration = new()
            {
                Output = host.Out,
                Error = host.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            int exitCode = await result.InvokeAsync(configuration, cancellationToken);
            await host.Out.FlushAsync(CancellationToken.None);
            return exitCode;
        }
        catch (UsageException e)
        {
            return Usage(host, e.Message, command: null);
        }
        catch (QuorumException e)
        {
            host.WriteError(e.Message);
            return ExitCodes.Unknown;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Unknown;
        }
        catch (IOException e) when (CommandHost.IsBrokenPipe(e))
        {
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            host.WriteError("the output could not be written: " + e.Message);
            return ExitCodes.Unknown;
        }
        catch (Exception e)
        {
            // The last resort: a user can do nothing with a stack trace.
            host.WriteError($"unexpected {e.GetType().Name}: {e.Message}");
            return ExitCodes.Unknown;
        }
    }

    // The others are not made when the first argument names one: what their options take to start shows in a command that asks once.
    private static RootCommand CreateRoot(CommandHost host, IReadOnlyList<string> args)
    {
        RootCommand root = new(Description);
        bool one = args.Count > 0 && Commands.Any(command => string.Equals(command.Name, args[0], StringComparison.Ordinal));
        foreach ((string name, Func<CommandHost, Command> create) in Commands)
        {
            if (!one || string.Equals(name, args[0], StringComparison.Ordinal))
            {
                root.Add(create(host));
            }
        }

        return root;
    }

    private static int Usage(CommandHost host, string problem, Command? command)
    {
        string sentence = problem is [.., '.' or '!' or '?'] ? problem : problem + ".";
        string help = command is null or RootCommand ? "quorum --help" : $"quorum {command.Name} --help";
        host.WriteError($"{sentence} Help: {help}");
        return ExitCodes.Usage;
    }
}
