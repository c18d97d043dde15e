using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli;

// Draws the model: the banner, the facts, the latest changes.
internal static class WatchView
{
    private const int MostChanges = 10;

    // All rows but the banner, the votes, the changes and the footer: the other facts, the empty rows above and below
    // the facts, the frame of the table, and the last row.
    private const int OtherRows = 12;

    private const int ClockWidth = 12;
    private const int RingWidth = 10;

    // The frame and the padding of a row of changes.
    private const int FrameWidth = 13;

    // What one more column adds to FrameWidth.
    private const int ColumnFrameWidth = 3;

    // The least width of a change and its members. On a narrower terminal the ring is not shown.
    private const int LeastWidth = 30;

    // The names of the facts with their padding.
    private const int FactNameWidth = 13;

    public static IRenderable Build(
        WatchModel model, DateTimeOffset now, int width, int height, IWatchFooter? footer = null)
    {
        List<IRenderable> rows = [.. Banner.Rows(model.State, width, height)];
        int room = height - rows.Count - OtherRows - (footer?.Height ?? 0);
        bool hasVotes = room > 1;
        int changes = Math.Clamp(hasVotes ? room - 1 : room, 1, MostChanges);
        rows.Add(new Text(string.Empty));
        rows.Add(Facts(model, now, width, hasVotes));
        rows.Add(new Text(string.Empty));
        rows.Add(Changes(model, changes, width));
        rows.AddRange(footer?.Build(width) ?? []);
        rows.Add(new Text(" Ctrl-C ends", TerminalStyles.Dim));
        return new Rows(rows);
    }

    private static Grid Facts(WatchModel model, DateTimeOffset now, int width, bool hasVotes)
    {
        int valueWidth = width - FactNameWidth;
        string members = model.Members.Count > 0 ? Members(model, valueWidth) : "-";
        string? daemon = model.IsConnected ? model.Daemon?.ToString() : model.Daemon?.Endpoint;
        Grid grid = new();
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(1, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        Add("since", model.Since == default ? "-" : $"{Clock(model.Since)} ({Elapsed(now - model.Since)})");
        Add("ring id", model.RingText ?? "-");
        Add("members", members, TerminalStyles.Bold);
        if (hasVotes)
        {
            Add("votes", Votes(model));
        }

        Add("corosync", daemon ?? "-");
        Add("connection", Connection(model), new Style(model.IsConnected ? Color.Green : Color.Yellow));
        return grid;

        // A fact takes one row. A second row would push the changes off the screen.
        void Add(string name, string value, Style? style = null) => grid.AddRow(
            new Text(name, TerminalStyles.Dim), new Text(FittedText.Truncate(value, valueWidth), style));
    }

    // With names where all of them fit.
    private static string Members(WatchModel model, int width)
    {
        if (model.Names is { Count: > 0 } names)
        {
            string named = string.Join(", ", model.Members.Select(
                node => names.TryGetValue(node, out string? name) ? $"{node} {name}" : node.ToString()));
            if (named.Length <= width)
            {
                return TextTable.Printable(named);
            }
        }

        return FittedText.Nodes(model.Members, width);
    }

    // Those of another ring belong to other members. Model V0 tells the sequence number of the ring alone.
    private static string Votes(WatchModel model) => model.Votes switch
    {
        { Votes: { } votes, Ring: { } ring }
            when (model.RingId is { } own ? ring == own : ring.Sequence == model.RingSequence) => VotesText.Of(votes),
        { Part.Error: { } error } => "not known: " + CommandHost.OneLine(error.Message),
        _ => "-",
    };

    private static string Connection(WatchModel model)
    {
        if (model.IsConnected)
        {
            return "connected";
        }

        string attempts = model.FailedAttempts == 0
            ? string.Empty
            : string.Create(CultureInfo.InvariantCulture, $", attempt {model.FailedAttempts} failed");
        return $"reconnecting{attempts}: {model.Error}";
    }

    private static Table Changes(WatchModel model, int count, int width)
    {
        int rest = width - ClockWidth - RingWidth - FrameWidth;
        bool hasRing = rest >= LeastWidth;
        rest += hasRing ? 0 : RingWidth + ColumnFrameWidth;
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
            string text = FittedText.Truncate(change.Text, changeWidth);
            List<Text> cells = [new Text(Clock(change.Time)), new Text(text, StyleOf(change.Kind))];
            if (hasRing)
            {
                string ring = change.Ring ?? string.Empty;
                cells.Add(new Text(FittedText.Truncate(ring, RingWidth)));
            }

            string members = change.Members is { } list
                ? FittedText.Nodes(list, membersWidth)
                : string.Empty;
            cells.Add(new Text(members));
            table.AddRow(cells);
        }

        return table;
    }

    private static Style StyleOf(WatchChangeKind kind) => kind switch
    {
        WatchChangeKind.Quorate => TerminalStyles.Quorate,
        WatchChangeKind.NotQuorate => TerminalStyles.NotQuorate,
        WatchChangeKind.Connection => new Style(Color.Yellow),
        _ => Style.Plain,
    };

    private static string Clock(DateTimeOffset time) =>
        time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Elapsed(TimeSpan time) => time.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time:hh\\:mm\\:ss}")
        : time.ToString("hh\\:mm\\:ss", CultureInfo.InvariantCulture);
}
