using System.CommandLine;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Quorum.Managed.Cli.Watching;

namespace Quorum.Managed.Cli.Commands;

// Shows every notification until it is told to stop.
internal static class WatchCommand
{
    // How long a signal has to end the watch.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static Command Create(CommandHost host)
    {
        Command command = new("watch", "Show every change of membership and quorum as it happens: a live table on a terminal, else a line each. Ctrl-C ends it.");
        DaemonOptions options = new(command, host);
        command.SetAction((result, cancellationToken) => RunAsync(host, options.Connection(result), options.Json(result), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CommandHost host, QuorumConnectionOptions options, bool json, CancellationToken cancellationToken)
    {
        long firstSignal = 0;
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        IWatchSink sink = (json, host.IsTerminal) switch
        {
            (true, _) => new JsonSink(host.Out),
            (_, true) => new LiveSink(host, TimeProvider.System),
            _ => new TextSink(host.Out),
        };
        using IDisposable? owned = sink as IDisposable;
        try
        {
            await new Watcher(options, sink, TimeProvider.System).RunAsync(stop.Token);
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCodes.Done;
        }

        // The first asks. A later one, when a reader of our output blocks us, has its default effect; but timeout(1) sends each signal twice at once.
        void OnSignal(PosixSignalContext context)
        {
            long now = Stopwatch.GetTimestamp();
            long first = Interlocked.CompareExchange(ref firstSignal, now, 0);
            context.Cancel = first == 0 || Stopwatch.GetElapsedTime(first, now) < Patience;
            stop.Cancel();
        }
    }
}
