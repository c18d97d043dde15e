using Quorum.Managed.Cli;
using Quorum.Managed.Cli.Executing;

if (Helper.TryRun(args, out int exitCode))
{
    return exitCode;
}

return await QuorumCommand.InvokeAsync(args, CommandHost.FromProcess(), CancellationToken.None);
