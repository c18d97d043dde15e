using System.Runtime.InteropServices;
using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli;

// A picture on the terminal's alternate screen. It is drawn on each update, and each second because it shows times.
// Thread-safe; build runs under the lock.
internal sealed class LiveScreen : IDisposable
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Func<int, int, IRenderable> _build;
    private readonly TerminalScreen _screen;
    private readonly TextWriter _out;
    private readonly ITimer _timer;
    private readonly PosixSignalRegistration[] _signals;
    private bool _shown;
    private bool _suspended;
    private bool _disposed;

    // build gets the width and the height of the terminal.
    public LiveScreen(CommandHost host, TimeProvider time, Func<int, int, IRenderable> build)
    {
        _build = build;
        _screen = new TerminalScreen(host);
        _out = host.Out;
        _timer = time.CreateTimer(static state => ((LiveScreen)state!).Redraw(), this, RedrawInterval, RedrawInterval);
        _signals = OperatingSystem.IsWindows() ? [] :
        [
            PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => Redraw()),
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, Suspend),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Resume()),
        ];
    }

    // Changes what build shows, and draws it. show: enters the alternate screen, which nothing is drawn on before.
    public void Update(Action change, bool show = false)
    {
        lock (_lock)
        {
            change();
            if (show)
            {
                _shown = true;
                _screen.Enter();
            }

            Draw();
        }
    }

    public void Redraw() => InBackground(Draw);

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
            _screen.Draw(_build);
        }
    }

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
        if (_shown)
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
