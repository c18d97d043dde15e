using Quorum.Managed.Cli;

if (SelfProcess.TryRun(args, out int exitCode))
{
    return exitCode;
}

return await QuorumCommand.InvokeAsync(args, CommandHost.FromProcess(), CancellationToken.None);
