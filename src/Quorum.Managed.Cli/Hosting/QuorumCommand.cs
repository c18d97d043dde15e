using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.CompilerServices;

namespace Quorum.Managed.Cli;

// The command line as a whole: the list of commands, and how each kind of failure is reported.
internal static class QuorumCommand
{
    private const string Name = "quorum";

    private const string Description =
        "Tells whether this node of a corosync cluster has quorum. " +
        "Exit codes: 0 quorate or done, 1 not quorate (links: one is down; map: no such key), 2 unknown (no answer " +
        "from corosync), 64 usage.";

    // A problem repeats what the user wrote, of any length.
    private const int LongestProblem = 500;

    private static readonly string[] HelpWords = ["--help", "-h", "-?", "/h", "/?", "--version"];

    private static readonly (string Name, Func<CommandHost, Command> Create)[] Commands =
    [
        ("status", StatusCommand.Create),
        ("watch", WatchCommand.Create),
        ("check", CheckCommand.Create),
        ("nodes", NodesCommand.Create),
        ("links", LinksCommand.Create),
        ("map", MapCommand.Create),
        ("wait", WaitCommand.Create),
        ("exec", ExecCommand.Create),
        ("simulate", SimulateCommand.Create),
        ("demo", DemoCommand.Create),
    ];

    // The outermost frame. It uses little, so that it can report also that something cannot be loaded.
    public static async Task<int> InvokeAsync(
        IReadOnlyList<string> args, CommandHost host, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(args, host, cancellationToken);
        }
        catch (UsageException e)
        {
            return Usage(host, e.Message, Name);
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
                FileNotFoundException or FileLoadException =>
                    "the program cannot be loaded. Is the limit of open files (ulimit -n) below 256? " + e.Message,
                IOException or UnauthorizedAccessException => Unwritten(e),
                // The last resort. A stack trace does not help a user.
                _ => $"unexpected {e.GetType().Name}: {e.Message}",
            });
            return ExitCodes.Unknown;
        }
    }

    // All commands with all their options, for what is generated from them.
    public static RootCommand CreateTree(CommandHost host) => (RootCommand)CreateRoot(host, []);

    public static ParseResult Parse(IReadOnlyList<string> args, CommandHost host)
    {
        // An argument that begins with @ is what the user wrote, and no file to read arguments from.
        ParserConfiguration parsing = new() { ResponseFileTokenReplacer = null };
        Command root = CreateRoot(host, args);
        return root.Parse(ExecArguments.Separate(root, args), parsing);
    }

    public static string Unwritten(Exception error) => "the output could not be written: " + error.Message;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> RunAsync(
        IReadOnlyList<string> args, CommandHost host, CancellationToken cancellationToken)
    {
        if (args is [['[', ..] directive, ..])
        {
            // System.CommandLine skips it.
            return Usage(host, $"Unrecognized command or argument '{directive}'.", Name);
        }

        ParseResult result = Parse(args, host);
        if (result.Errors.Count > 0)
        {
            // The last error is the most exact. For an unknown command, the first says that a command is missing.
            Command command = result.CommandResult.Command;
            return Usage(
                host,
                result.Errors[^1].Message,
                command == result.RootCommandResult.Command ? Name : $"{Name} {command.Name}");
        }

        // System.CommandLine must not handle signals. By default a signal ends the process at once. A command that has
        // something to clean up handles its signals itself. System.CommandLine writes help and the version to Output.
        using StringWriter text = new() { NewLine = "\n" };
        InvocationConfiguration configuration = new()
        {
            Output = text,
            Error = text,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        int exitCode = await result.InvokeAsync(configuration, cancellationToken);
        return text.GetStringBuilder().Length > 0 && host.TryWrite(output => output.Write(text.ToString())) is { } lost
            ? throw lost
            : exitCode;
    }

    // If the first argument names a command, only that command is created: the options of all commands would take a
    // considerable part of the time of quorum check. So would System.CommandLine's options for help and version, which
    // read their texts from resources: they are there only where an argument may be one of them.
    private static Command CreateRoot(CommandHost host, IReadOnlyList<string> args)
    {
        Command root = args.Count == 0 || args.Any(HelpWords.Contains)
            ? CreateRootWithHelp(host)
            : new Command(Name, Description);
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

    private static RootCommand CreateRootWithHelp(CommandHost host)
    {
        RootCommand root = new(Description);
        root.Directives.Clear();
        foreach (HelpAction help in root.Options.Select(static option => option.Action).OfType<HelpAction>())
        {
            // Otherwise the help asks .NET's Console, which writes terminal escapes.
            help.MaxWidth = host.IsTerminal ? host.TerminalSize().Width : int.MaxValue;
        }

        return root;
    }

    private static int Usage(CommandHost host, string problem, string command)
    {
        string text = FittedText.Truncate(problem, LongestProblem);
        string sentence = text is [.., '.' or '!' or '?'] ? text : text + ".";
        host.WriteError($"{sentence} Help: {command} --help");
        return ExitCodes.Usage;
    }
}
