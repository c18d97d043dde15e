namespace Quorum.Managed.Cli;

// The program in the role of exec: starts the guard, then the monitor, and runs the state machine.
internal static class ExecRole
{
    // How long the end of exec may wait for a reader of its messages.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    // Naming a type loads its assembly: an upgrade may remove the files while exec waits.
    private static readonly Type[] Loaded =
    [
        typeof(QuorumMonitor), typeof(Ipc.WaitStrategy), typeof(Protocol.NodeId),
        typeof(Microsoft.Extensions.ObjectPool.ObjectPool),
    ];

    public static int Run(Func<QuorumMonitor> create, ExecOptions options, string[] words)
    {
        if (!Kernel.IsSupported)
        {
            throw new UsageException("exec does not support this processor architecture.");
        }

        // The program's first arguments were exec's own, see SelfStart.
        if (StartState.FromEnvironment() is not { } start)
        {
            throw new UsageException("exec runs as a program of its own only.");
        }

        // The link to the program's own file would be the name.
        Kernel.SetName("quorum\0"u8);
        _ = Loaded;
        using QuorumMonitor monitor = create();
        Notices notices = new();
        try
        {
            ProcessImage image = ProcessImage.Read(Environment.GetCommandLineArgs()[1..]);
            byte[][] command = image.Arguments[^words.Length..];
            Kernel.AdoptOrphans();
            GuardProcess guard = GuardProcess.Start(image, command, start, options.Grace, options.Strict);
            monitor.Start();
            return new ExecMachine(monitor, options, start, guard, notices.Add).Run();
        }
        catch (IOException e)
        {
            notices.Add(e.Message);
            return ExitCodes.NotExecutable;
        }
        finally
        {
            notices.Finish(LastWords);
        }
    }
}
