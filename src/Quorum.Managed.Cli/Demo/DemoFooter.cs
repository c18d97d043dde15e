using System.Globalization;
using Quorum.Managed.Protocol;
using Quorum.Managed.Testing;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli;

// Shows the whole cluster, which no node of it can see, the present text of the story, and the time that is left.
internal sealed class DemoFooter(SimulatedCluster cluster, TimeSpan duration, TimeProvider time) : IWatchFooter
{
    private const int MaxBarWidth = 40;

    private static readonly Style Cut = new(Color.Red, decoration: Decoration.Bold);

    private readonly long _start = time.GetTimestamp();

    public string Story { get; set; } = string.Empty;

    public int Height => 4;

    public IEnumerable<IRenderable> Build(int width)
    {
        yield return Nodes();
        yield return new Text(string.Empty);
        yield return new Text(
            FittedText.Truncate(" ▶ " + Story, width), new Style(Color.Aqua, decoration: Decoration.Bold));
        yield return Progress(width);
    }

    // A dot for each node, and between two nodes their link: whole, cut, or none because a node is down.
    private Paragraph Nodes()
    {
        Paragraph line = new();
        line.Append(" the cluster  ", TerminalStyles.Dim);
        SimulatedView? before = null;
        foreach (NodeId node in cluster.Nodes)
        {
            SimulatedView view = cluster.View(node.Value);
            if (before is not null)
            {
                (string link, Style linkStyle) = (before.IsUp && view.IsUp, before.Members.Contains(node)) switch
                {
                    (true, true) => (" ───── ", TerminalStyles.Dim),
                    (true, false) => (" ──╳── ", Cut),
                    _ => ("       ", TerminalStyles.Dim),
                };
                line.Append(link, linkStyle);
            }

            line.Append(
                view.IsUp ? $"● node {node}" : $"○ node {node} down",
                view.IsUp ? TerminalStyles.Of(view.Quorate) : TerminalStyles.Dim);
            before = view;
        }

        return line;
    }

    private Paragraph Progress(int width)
    {
        TimeSpan elapsed = time.GetElapsedTime(_start);
        TimeSpan now = elapsed < duration ? elapsed : duration;
        string clock = string.Create(
            CultureInfo.InvariantCulture, $" {now.TotalSeconds,4:0} of {duration.TotalSeconds:0} s ");
        int bar = Math.Clamp(width - clock.Length - 4, 0, MaxBarWidth);
        int done = duration > TimeSpan.Zero ? (int)Math.Round(bar * (now / duration)) : bar;
        Paragraph line = new();
        line.Append("   " + new string('━', done), new Style(Color.Aqua));
        line.Append(new string('─', bar - done), TerminalStyles.Dim);
        line.Append(clock, TerminalStyles.Dim);
        return line;
    }
}
