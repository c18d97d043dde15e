using System.Globalization;
using Spectre.Console;

namespace Quorum.Managed.Cli.Simulating;

// What stays on the terminal when the live table has gone.
internal static class DemoRecap
{
    public static void Write(CommandHost host, IReadOnlyList<DemoLine> lines)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = host.Environment("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(host.Out),
        });
        console.Profile.Width = host.TerminalSize().Width;
        console.MarkupLine("[bold]What node 1 saw[/]");
        Grid grid = new();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 2, 0) });
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        QuorumChanged? state = null;
        foreach (DemoLine line in lines.SkipLast(1))
        {
            // The first part of the story is about what was there before it.
            state = line.Seen ?? state;
            grid.AddRow(
                new Text(string.Create(CultureInfo.InvariantCulture, $"{line.At.TotalSeconds:0.0} s"), new Style(decoration: Decoration.Dim)),
                state is { Quorate: false } ? new Text("not quorate", new Style(Color.Red, decoration: Decoration.Bold)) : new Text("quorate", new Style(Color.Green, decoration: Decoration.Bold)),
                new Text(state is null ? "1 2 3" : string.Join(' ', state.Members)),
                new Text(line.Text));
        }

        console.Write(grid);
        console.WriteLine();
        console.MarkupLine("No corosync was needed, and nothing is left behind. Next:");
        console.MarkupLine("  [bold]quorum simulate[/]   a cluster to play with, for your own client");
        console.MarkupLine("  [bold]quorum watch[/]      the same view of the real corosync of this machine");
        host.Out.Flush();
    }
}
