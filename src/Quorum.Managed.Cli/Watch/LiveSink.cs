namespace Quorum.Managed.Cli;

// Shows a live table.
internal sealed class LiveSink : IStorySink
{
    private readonly WatchModel _model = new();
    private readonly LiveScreen _screen;

    public LiveSink(CommandHost host, TimeProvider time, IWatchFooter? footer) => _screen = new LiveScreen(
        host, time, (width, height) => WatchView.Build(_model, time.GetUtcNow(), width, height, footer));

    // The screen is shown at the first connection. If there is none, the error stays on the normal screen.
    public void Connected(DateTimeOffset time, DaemonInfo daemon) =>
        _screen.Update(() => _model.Connected(time, daemon), show: true);

    public void Disconnected(DateTimeOffset time, string error) =>
        _screen.Update(() => _model.Disconnected(time, error));

    public void RetryFailed(DateTimeOffset time, string error) => _screen.Update(() => _model.RetryFailed(error));

    public void Notified(DateTimeOffset time, QuorumNotification notification) =>
        _screen.Update(() => _model.Notified(time, notification));

    public void Votes(DateTimeOffset time, VotesReading reading) => _screen.Update(() => _model.Votes = reading);

    public void Names(DateTimeOffset time, NamesReading reading) => _screen.Update(() => _model.Names = reading.Names);

    // The demo's footer shows the text.
    public void Story(DateTimeOffset time, string text) => _screen.Redraw();

    public void Dispose() => _screen.Dispose();
}
