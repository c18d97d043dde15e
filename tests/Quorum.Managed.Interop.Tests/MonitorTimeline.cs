using System.Globalization;
using System.Text;

namespace Quorum.Managed.Interop.Tests;

/// <summary>What happened when and where, in one column a node: to be read when a run has failed. Thread-safe.</summary>
internal sealed class MonitorTimeline
{
    private readonly Lock _gate = new();
    private readonly List<(DateTimeOffset Time, int Node, string Text)> _lines = [];

    /// <summary>Node 0 is the test itself.</summary>
    public void Add(DateTimeOffset time, int node, string text)
    {
        lock (_gate)
        {
            _lines.Add((time, node, text));
        }
    }

    public void Add(int node, string text) => Add(DateTimeOffset.UtcNow, node, text);

    /// <summary>The lines of a time span, oldest first.</summary>
    public string Render(DateTimeOffset from, DateTimeOffset to)
    {
        StringBuilder text = new();
        lock (_gate)
        {
            foreach ((DateTimeOffset time, int node, string line) in _lines.Where(line => line.Time >= from && line.Time <= to).OrderBy(line => line.Time))
            {
                string who = node == 0 ? "fault " : $"node {node}";
                text.AppendLine(CultureInfo.InvariantCulture, $"{time:HH:mm:ss.fff} {who} {new string(' ', 4 * node)}{line}");
            }
        }

        return text.ToString();
    }
}
