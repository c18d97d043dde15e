using Quorum.Managed.Cli;

SelfStart.Run(args);
if (args is [GuardRole.Verb, ..])
{
    return GuardRole.Run(args);
}

CommandHost host = args is ["exec", ..] ? ExecRole.Host() : CommandHost.FromProcess();
return await QuorumCommand.InvokeAsync(args, host, CancellationToken.None);
