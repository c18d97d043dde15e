using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli;

// A live table on a terminal.
internal sealed class FollowedScreen : IFollowedSink
{
    // The frame and the header of the table, the doubt, the last line, and the row of the cursor.
    private const int OtherRows = 7;

    private readonly TimeProvider _time;
    private readonly LiveScreen _screen;
    private FollowedTable? _table;
    private DateTimeOffset _read;

    public FollowedScreen(CommandHost host, TimeProvider time)
    {
        _time = time;
        _screen = new LiveScreen(host, time, (width, height) => Build(_table!, width, height, _read));
    }

    public void Show(FollowedTable table) => _screen.Update(
        () =>
        {
            _table = table;
            _read = _time.GetUtcNow();
        },
        show: true);

    public void Dispose() => _screen.Dispose();

    public static IRenderable Build(FollowedTable table, int width, int height, DateTimeOffset read)
    {
        int room = Math.Max(1, height - OtherRows);
        FollowedRow[] shown = table.Rows.Count <= room
            ? [.. table.Rows]
            : [.. table.Rows.OrderByDescending(static row => row.IsBad).Take(room)];
        Table drawn = new() { Border = TableBorder.Rounded };
        foreach (string name in table.Header)
        {
            drawn.AddColumn(new TableColumn(new Text(name, TerminalStyles.Dim)) { NoWrap = true });
        }

        foreach (FollowedRow row in shown)
        {
            Style style = row.IsBad ? TerminalStyles.NotQuorate : Style.Plain;
            drawn.AddRow(row.Cells.Select(cell => new Text(TextTable.Printable(cell), style)));
        }

        string clock = read.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
        string hidden = shown.Length < table.Rows.Count ? $"{table.Rows.Count - shown.Length} more rows, " : "";
        string doubt = FittedText.Truncate(CommandHost.OneLine(table.Doubt ?? ""), width - 1);
        return new Rows(
            drawn,
            new Text(" " + doubt, new Style(Color.Yellow)),
            new Text($" {hidden}read at {clock}, Ctrl-C ends", TerminalStyles.Dim));
    }
}
