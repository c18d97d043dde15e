using System.CommandLine;
using System.Net.Sockets;
using Quorum.Managed;
using Quorum.Managed.Cli;
using Quorum.Managed.Gateway;

const int usage = 64;
const int failed = 2;

// The gateway starts itself so. It is not for users, hence not in the help.
if (args is [StateKeeper.Argument, var format, var file] && Enum.TryParse(format, out StateFormat kept))
{
    using ILoggerFactory logs = LoggerFactory.Create(static logging => logging.AddLines());
    using StateKeeper keeper = new(
        file, kept, new MonitorClock(new QuorumConnectionOptions().WaitStrategy), logs.CreateLogger<StateFile>());
    keeper.Run(Console.In);
    return 0;
}

RootCommand root = new(
    "Tells a corosync node's quorum over HTTP: /readyz, /status, /events, /metrics, /livez, and a page at /. " +
    "Exit codes: 0 ended by a signal, 2 cannot listen or failed, 64 usage.");
root.Directives.Clear();
GatewayArguments arguments = new(root);
root.SetAction(async (result, cancellationToken) =>
{
    await using GatewayHost host = GatewayHost.Create(arguments.Read(result));
    return await host.RunAsync(cancellationToken) ? 0 : failed;
});

ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
if (parsed.Errors.Count > 0)
{
    return Say(parsed.Errors[^1].Message + " Help: quorum-gateway --help", usage);
}

try
{
    return await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UsageException e)
{
    return Say(e.Message + " Help: quorum-gateway --help", usage);
}
catch (Exception e) when (e is IOException or SocketException)
{
    // The address is in use, is not this machine's, or is not allowed; or the directory of the socket is missing.
    return Say(e is SocketException ? "cannot listen: " + e.Message : e.Message, failed);
}

static int Say(string problem, int exitCode)
{
    Console.Error.WriteLine("quorum-gateway: " + problem);
    return exitCode;
}
