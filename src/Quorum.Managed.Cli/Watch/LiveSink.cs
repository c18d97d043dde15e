using System.Runtime.InteropServices;

namespace Quorum.Managed.Cli;

// Shows a live table. It is drawn on each event, and each second because it shows the time since the last change.
internal sealed class LiveSink : IStorySink
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly WatchModel _model = new();
    private readonly TimeProvider _time;
    private readonly IWatchFooter? _footer;
    private readonly TerminalScreen _screen;
    private readonly TextWriter _out;
    private readonly ITimer _timer;
    private readonly PosixSignalRegistration[] _signals;
    private bool _suspended;
    private bool _disposed;

    // The alternate screen is entered at the first connection. If there is none, the error stays on the normal screen.
    public LiveSink(CommandHost host, TimeProvider time, IWatchFooter? footer)
    {
        _time = time;
        _footer = footer;
        _screen = new TerminalScreen(host);
        _out = host.Out;
        _timer = time.CreateTimer(static state => ((LiveSink)state!).Redraw(), this, RedrawInterval, RedrawInterval);
        _signals = OperatingSystem.IsWindows() ? [] :
        [
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Redraw()),
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend),
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

    public void Votes(DateTimeOffset time, VotesReading reading)
    {
        lock (_lock)
        {
            _model.Votes = reading;
            Draw();
        }
    }

    public void Names(DateTimeOffset time, NamesReading reading)
    {
        lock (_lock)
        {
            _model.Names = reading.Names;
            Draw();
        }
    }

    // The demo's footer shows the text.
    public void Story(DateTimeOffset time, string text) => Redraw();

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

    private void Draw()
    {
        if (!_suspended)
        {
            _screen.Draw((width, height) => WatchView.Build(_model, _time.GetUtcNow(), width, height, _footer));
        }
    }

    private void Redraw() => InBackground(Draw);

    // Ctrl-Z: the shell gets its own screen back before the process stops. A terminal that takes no output is left as
    // it is.
    private void Suspend(PosixSignalContext context)
    {
        if (!DescriptorCalls.IsSupported)
        {
            return;
        }

        context.Cancel = true;
        if (_lock.TryEnter(BoundedWriter.Patience))
        {
            // The stop takes effect a little after the call. Nothing may be drawn until SIGCONT.
            _suspended = true;
            // The next event gets an error again and reports it.
            _ = new BoundedWriter(_out).Write(_ => _screen.Leave());
            _lock.Exit();
        }

        DescriptorCalls.StopSelf();
    }

    // While the process was stopped, the shell wrote to the screen and may have left the alternate screen.
    private void Resume() => InBackground(() =>
    {
        _suspended = false;
        if (_model.Daemon is not null)
        {
            _screen.Leave();
            _screen.Enter();
            Draw();
        }
    });

    // For calls from timers and signals, where an exception would end the process. An error of the terminal is ignored
    // here, because the next event gets it again and reports it.
    private void InBackground(Action draw)
    {
        lock (_lock)
        {
            try
            {
                if (!_disposed)
                {
                    draw();
                }
            }
            catch (IOException)
            {
            }
        }
    }
}
