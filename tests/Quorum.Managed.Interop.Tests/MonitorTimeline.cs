using System.Globalization;
using System.Text;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The events of a run with their times, one column a node. A failed run prints them. Thread-safe.</summary>
internal sealed class MonitorTimeline
{
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset Time, int Node, string Text)> _lines = [];

    /// <summary>Adds an event. Node 0 stands for the test itself.</summary>
    public void Add(DateTimeOffset time, int node, string text)
    {
        lock (_gate)
        {
            _lines.Add((time, node, text));
        }
    }

    public void Add(int node, string text) => Add(DateTimeOffset.UtcNow, node, text);

    /// <summary>Gives the lines of a time span, oldest first.</summary>
    public string Render(DateTimeOffset from, DateTimeOffset to)
    {
        StringBuilder text = new();
        lock (_gate)
        {
            foreach ((DateTimeOffset time, int node, string line) in
                _lines.Where(line => line.Time >= from && line.Time <= to).OrderBy(line => line.Time))
            {
                string source = node == 0 ? "fault " : $"node {node}";
                string indent = new(' ', 4 * node);
                text.AppendLine(CultureInfo.InvariantCulture, $"{time:HH:mm:ss.fff} {source} {indent}{line}");
            }
        }

        return text.ToString();
    }
}
