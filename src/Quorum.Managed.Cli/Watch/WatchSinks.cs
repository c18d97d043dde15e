namespace Quorum.Managed.Cli;

// Chooses the form in which a watch is shown.
internal static class WatchSinks
{
    // The footer is for the live table alone.
    public static IStorySink Create(CommandHost host, bool json, IWatchFooter? footer = null) =>
        (json, host.IsTerminal) switch
        {
            (true, _) => new JsonSink(host.Out),
            (_, true) => new LiveSink(host, TimeProvider.System, footer),
            _ => new TextSink(host.Out),
        };
}
