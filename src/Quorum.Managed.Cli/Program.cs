using Quorum.Managed.Cli;

SelfStart.Run(args);
if (args is [GuardRole.Verb, ..])
{
    return GuardRole.Run(args);
}

return await QuorumCommand.InvokeAsync(args, CommandHost.FromProcess(), CancellationToken.None);
