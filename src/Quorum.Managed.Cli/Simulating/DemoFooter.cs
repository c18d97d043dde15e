using System.Globalization;
using Quorum.Managed.Cli.Output;
using Quorum.Managed.Cli.Watching;
using Quorum.Managed.Protocol;
using Quorum.Managed.Testing;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli.Simulating;

// The cluster as nobody inside can see it, what happens to it, and how long it goes on.
internal sealed class DemoFooter(SimulatedCluster cluster, TimeSpan duration, TimeProvider time) : IWatchFooter
{
    private static readonly Style Dim = new(decoration: Decoration.Dim);
    private readonly long _start = time.GetTimestamp();

    public string Story { get; set; } = string.Empty;

    public int Height => 4;

    public IEnumerable<IRenderable> Build(int width)
    {
        yield return Nodes();
        yield return new Text(string.Empty);
        yield return new Text(Fit.Text(" ▶ " + Story, width), new Style(Color.Aqua, decoration: Decoration.Bold));
        yield return Progress(width);
    }

    // A dot a node; a wall between nodes that cannot hear each other.
    private Paragraph Nodes()
    {
        Paragraph line = new();
        line.Append(" the cluster  ", Dim);
        SimulatedView? before = null;
        foreach (NodeId node in cluster.Nodes)
        {
            SimulatedView view = cluster.View(node.Value);
            if (before is not null)
            {
                bool cut = before.IsUp && view.IsUp && !before.Members.Contains(node);
                bool joined = before.IsUp && view.IsUp && !cut;
                line.Append(cut ? " ──╳── " : joined ? " ───── " : "       ", cut ? new Style(Color.Red, decoration: Decoration.Bold) : Dim);
            }

            Style style = !view.IsUp ? Dim : new Style(view.Quorate ? Color.Green : Color.Red, decoration: Decoration.Bold);
            line.Append(string.Create(CultureInfo.InvariantCulture, $"{(view.IsUp ? '●' : '○')} node {node.Value}{(view.IsUp ? string.Empty : " down")}"), style);
            before = view;
        }

        return line;
    }

    private Paragraph Progress(int width)
    {
        TimeSpan now = time.GetElapsedTime(_start);
        now = now < duration ? now : duration;
        string clock = string.Create(CultureInfo.InvariantCulture, $" {now.TotalSeconds,4:0} of {duration.TotalSeconds:0} s ");
        int bar = Math.Clamp(width - clock.Length - 4, 0, 40);
        int done = duration > TimeSpan.Zero ? (int)Math.Round(bar * (now / duration)) : bar;
        Paragraph line = new();
        line.Append("   " + new string('━', done), new Style(Color.Aqua));
        line.Append(new string('─', bar - done), Dim);
        line.Append(clock, Dim);
        return line;
    }
}
