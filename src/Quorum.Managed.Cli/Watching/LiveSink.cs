using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli.Watching;

// The live table: drawn on each event, and each second for its clock.
internal sealed class LiveSink : IWatchSink, IStoryTeller, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly WatchModel _model = new();
    private readonly TimeProvider _time;
    private readonly IWatchFooter? _footer;
    private readonly TerminalScreen _screen;
    private readonly ITimer _timer;
    private readonly PosixSignalRegistration[] _signals;
    private bool _disposed;

    // The screen is not touched before the first connection: an error at the start belongs on the ordinary one.
    public LiveSink(CommandHost host, TimeProvider time, IWatchFooter? footer = null)
    {
        _time = time;
        _footer = footer;
        _screen = new TerminalScreen(host);
        _timer = time.CreateTimer(static state => ((LiveSink)state!).Redraw(), this, Tick, Tick);
        _signals = OperatingSystem.IsWindows() ? [] :
        [
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Redraw()),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Resume()),
        ];
    }

    public void Connected(DateTimeOffset time, DaemonInfo daemon)
    {
        lock (_lock)
        {
            _model.Connected(time, daemon);
            _screen.Enter();
            Draw();
        }
    }

    public void Disconnected(DateTimeOffset time, string error)
    {
        lock (_lock)
        {
            _model.Disconnected(time, error);
            Draw();
        }
    }

    public void RetryFailed(DateTimeOffset time, string error)
    {
        lock (_lock)
        {
            _model.RetryFailed(error);
            Draw();
        }
    }

    public void Notified(DateTimeOffset time, QuorumNotification notification)
    {
        lock (_lock)
        {
            _model.Notified(time, notification);
            Draw();
        }
    }

    // The footer has it.
    public void Tell(DateTimeOffset time, string text) => Redraw();

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _timer.Dispose();
        lock (_lock)
        {
            _disposed = true;
            _screen.Leave();
        }
    }

    private void Draw() => _screen.Draw((width, height) => WatchView.Build(_model, _time.GetUtcNow(), width, height, _footer));

    private void Redraw() => Try(Draw);

    // After Ctrl-Z the shell has written on the screen, and left the alternate one perhaps.
    private void Resume() => Try(() =>
    {
        if (_model.Daemon is not null)
        {
            _screen.Leave();
            _screen.Enter();
            Draw();
        }
    });

    // On a thread of the runtime's an exception would end the process; a terminal that has gone shows in the next event's drawing.
    private void Try(Action action)
    {
        lock (_lock)
        {
            try
            {
                if (!_disposed)
                {
                    action();
                }
            }
            catch (IOException)
            {
            }
        }
    }
}
