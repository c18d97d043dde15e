namespace Quorum.Managed.Cli;

// A form in which a watch is shown: JSON lines, text lines or a live table. Can also show the story of a demo.
internal interface IStorySink : IWatchSink, IDisposable
{
    // A text of the demo's script, which says why the next events come.
    void Story(DateTimeOffset time, string text);
}
