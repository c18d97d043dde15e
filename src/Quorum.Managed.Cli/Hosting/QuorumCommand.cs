using System.CommandLine;

namespace Quorum.Managed.Cli;

// The command line as a whole: the list of commands, and how each kind of failure is reported.
internal static class QuorumCommand
{
    private const string Description =
        "Tells whether this node of a corosync cluster has quorum. " +
        "Exit codes: 0 quorate or done, 1 not quorate, 2 unknown (no answer from corosync), 64 usage.";

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

    public static async Task<int> InvokeAsync(
        IReadOnlyList<string> args, CommandHost host, CancellationToken cancellationToken)
    {
        try
        {
            RootCommand root = CreateRoot(host, args);
            ParseResult result = root.Parse(ExecArguments.Separate(root, args));
            if (result.Errors.Count > 0)
            {
                // The last error is the most exact. For an unknown command, the first says that a command is missing.
                return Usage(host, result.Errors[^1].Message, result.CommandResult.Command);
            }

            // System.CommandLine must not handle signals. By default a signal ends the process at once. A command that
            // has something to clean up handles its signals itself.
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
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return ExitCodes.Unknown;
        }
        catch (IOException e) when (CommandHost.IsBrokenPipe(e))
        {
            return ExitCodes.Done;
        }
        catch (Exception e)
        {
            host.WriteError(e switch
            {
                QuorumException => e.Message,
                IOException or UnauthorizedAccessException => "the output could not be written: " + e.Message,
                // The last resort. A stack trace does not help a user.
                _ => $"unexpected {e.GetType().Name}: {e.Message}",
            });
            return ExitCodes.Unknown;
        }
    }

    // If the first argument names a command, only that command is created: the options of all commands would take a
    // considerable part of the time of quorum check.
    private static RootCommand CreateRoot(CommandHost host, IReadOnlyList<string> args)
    {
        RootCommand root = new(Description);
        bool named = args.Count > 0
            && Commands.Any(command => string.Equals(command.Name, args[0], StringComparison.Ordinal));
        foreach ((string name, Func<CommandHost, Command> create) in Commands)
        {
            if (!named || string.Equals(name, args[0], StringComparison.Ordinal))
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
