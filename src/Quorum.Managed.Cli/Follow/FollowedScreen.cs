using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli;

// A live table on a terminal.
internal sealed class FollowedScreen : IFollowedSink
{
    private readonly TimeProvider _time;
    private readonly LiveScreen _screen;
    private FollowedTable? _table;
    private DateTimeOffset _read;

    public FollowedScreen(CommandHost host, TimeProvider time)
    {
        _time = time;
        _screen = new LiveScreen(host, time, (width, _) => Build(_table!, width, _read));
    }

    public void Show(FollowedTable table) => _screen.Update(
        () =>
        {
            _table = table;
            _read = _time.GetUtcNow();
        },
        show: true);

    public void Dispose() => _screen.Dispose();

    public static IRenderable Build(FollowedTable table, int width, DateTimeOffset read)
    {
        Table drawn = new() { Border = TableBorder.Rounded };
        foreach (string name in table.Header)
        {
            drawn.AddColumn(new TableColumn(new Text(name, TerminalStyles.Dim)) { NoWrap = true });
        }

        foreach (FollowedRow row in table.Rows)
        {
            Style style = row.IsBad ? TerminalStyles.NotQuorate : Style.Plain;
            drawn.AddRow(row.Cells.Select(cell => new Text(TextTable.Printable(cell), style)));
        }

        string clock = read.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        string doubt = FittedText.Truncate(TextTable.Printable(table.Doubt ?? ""), width - 1);
        return new Rows(
            drawn,
            new Text(" " + doubt, new Style(Color.Yellow)),
            new Text($" read at {clock}, Ctrl-C ends", TerminalStyles.Dim));
    }
}
