using System.Globalization;
using Quorum.Managed.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli.Watching;

// Draws the model: the banner, the facts, the latest changes.
internal static class WatchView
{
    private const int MostChanges = 10;

    // Between banner and changes: the facts with an empty row above and below, the table's frame, the last row.
    private const int RowsBesidesChanges = 12;

    private const int ClockWidth = 12;
    private const int RingWidth = 10;

    // The rest of a row of changes: frames and padding.
    private const int Frames = 13;

    // The least width of a change and its members; below, the ring goes.
    private const int LeastWidth = 30;

    // What the facts' names and their padding take.
    private const int FactNames = 13;

    public static IRenderable Build(WatchModel model, DateTimeOffset now, int width, int height, IWatchFooter? footer = null)
    {
        List<IRenderable> rows = [.. Banner.Rows(model.Quorate, width, height)];
        int changes = Math.Clamp(height - rows.Count - RowsBesidesChanges - (footer?.Height ?? 0), 1, MostChanges);
        rows.Add(new Text(string.Empty));
        rows.Add(Facts(model, now, width));
        rows.Add(new Text(string.Empty));
        rows.Add(Changes(model, changes, width));
        rows.AddRange(footer?.Build(width) ?? []);
        rows.Add(new Text(" Ctrl-C ends", new Style(decoration: Decoration.Dim)));
        return new Rows(rows);
    }

    private static Style Dim { get; } = new(decoration: Decoration.Dim);

    private static Grid Facts(WatchModel model, DateTimeOffset now, int width)
    {
        Grid grid = new();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(1, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        Add("since", model.Since == default ? "-" : $"{Clock(model.Since)} ({Elapsed(now - model.Since)})");
        Add("ring id", model.RingId?.ToString() ?? "-");
        Add("members", model.Members.Count > 0 ? Fit.Nodes(model.Members, width - FactNames) : "-", new Style(decoration: Decoration.Bold));
        Add("corosync", (model.IsConnected ? model.Daemon?.ToString() : model.Daemon?.Endpoint) ?? "-");
        Add("connection", Connection(model), new Style(model.IsConnected ? Color.Green : Color.Yellow));
        return grid;

        // One row each, or the changes would be pushed off the screen.
        void Add(string name, string value, Style? style = null) => grid.AddRow(new Text(name, Dim), new Text(Fit.Text(value, width - FactNames), style));
    }

    private static string Connection(WatchModel model)
    {
        if (model.IsConnected)
        {
            return "connected";
        }

        string attempts = model.FailedAttempts == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $", attempt {model.FailedAttempts} failed");
        return $"reconnecting{attempts}: {model.Error}";
    }

    private static Table Changes(WatchModel model, int count, int width)
    {
        int rest = width - ClockWidth - RingWidth - Frames;
        bool hasRing = rest >= LeastWidth;
        rest += hasRing ? 0 : RingWidth + 3;
        int changeWidth = Math.Max(1, rest / 2);
        int membersWidth = Math.Max(1, rest - changeWidth);
        Table table = new() { Border = TableBorder.Rounded };
        table.AddColumn(new TableColumn("time") { Width = ClockWidth });
        table.AddColumn(new TableColumn("change") { Width = changeWidth });
        if (hasRing)
        {
            table.AddColumn(new TableColumn("ring") { Width = RingWidth });
        }

        table.AddColumn(new TableColumn("members") { Width = membersWidth });
        foreach (WatchChange change in model.Changes.Take(count))
        {
            List<Text> cells = [new Text(Clock(change.Time)), new Text(Fit.Text(change.Text, changeWidth), StyleOf(change.Kind))];
            if (hasRing)
            {
                cells.Add(new Text(Fit.Text(change.Notification?.RingId.ToString() ?? string.Empty, RingWidth)));
            }

            cells.Add(new Text(change.Notification is { } list ? Fit.Nodes(list.Members, membersWidth) : string.Empty));
            table.AddRow(cells);
        }

        return table;
    }

    private static Style StyleOf(WatchChangeKind kind) => kind switch
    {
        WatchChangeKind.Quorate => new Style(Color.Green, decoration: Decoration.Bold),
        WatchChangeKind.NotQuorate => new Style(Color.Red, decoration: Decoration.Bold),
        WatchChangeKind.Connection => new Style(Color.Yellow),
        _ => Style.Plain,
    };

    private static string Clock(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Elapsed(TimeSpan time) => time.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time:hh\\:mm\\:ss}")
        : time.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture);
}
