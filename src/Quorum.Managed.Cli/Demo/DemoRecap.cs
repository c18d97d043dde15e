using System.Globalization;
using Spectre.Console;

namespace Quorum.Managed.Cli;

// The text that stays on the terminal after the live table is gone.
internal static class DemoRecap
{
    public static void Write(CommandHost host, IReadOnlyList<DemoStep> steps)
    {
        (int width, int height) = host.TerminalSize();
        IAnsiConsole console = TerminalConsole.Create(host, host.Out, width, height);
        console.MarkupLine("[bold]What node 1 saw[/]");
        console.Write(Table(steps));
        console.WriteLine();
        console.MarkupLine("No corosync was needed, and nothing is left behind. Next:");
        console.MarkupLine("  [bold]quorum simulate[/]   a cluster to play with, for your own client");
        console.MarkupLine("  [bold]quorum watch[/]      the same view of the real corosync of this machine");
        host.Out.Flush();
    }

    // The last step is the end, about which there is nothing to say.
    private static Grid Table(IReadOnlyList<DemoStep> steps)
    {
        Grid grid = new();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0) });
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        QuorumChanged? state = null;
        foreach (DemoStep step in steps.SkipLast(1))
        {
            // The notification of the initial state comes before the first step. All nodes are up then.
            state = step.Notified ?? state;
            bool quorate = state?.Quorate ?? true;
            grid.AddRow(
                new Text(
                    string.Create(CultureInfo.InvariantCulture, $"{step.At.TotalSeconds:0.0} s"), TerminalStyles.Dim),
                new Text(QuorateText.Of(quorate), TerminalStyles.Of(quorate)),
                new Text(state is null ? "1 2 3" : string.Join(' ', state.Members)),
                new Text(step.Text));
        }

        return grid;
    }
}
