namespace Quorum.Managed.Cli;

// First all rows, and then each change of a row as one line: as JSON, or as text in the words of map --follow.
internal sealed class FollowedLines(CommandHost host, bool json) : IFollowedSink
{
    private readonly JsonLineWriter? _line = json ? new JsonLineWriter(host.Out) : null;
    private readonly Dictionary<string, FollowedRow> _last = [];
    private bool _started;
    private string? _doubt;

    public void Show(FollowedTable table)
    {
        if (table.Doubt is { } doubt && !string.Equals(doubt, _doubt, StringComparison.Ordinal))
        {
            host.WriteError(doubt);
        }

        _doubt = table.Doubt;
        if (!_started && _line is null)
        {
            TextTable.Write(host.Out, [table.Header, .. table.Rows.Select(static row => row.Cells)]);
        }

        foreach (FollowedRow row in table.Rows)
        {
            FollowedRow? before = _last.GetValueOrDefault(row.Key);
            _last[row.Key] = row;
            if (!string.Equals(before?.Json, row.Json, StringComparison.Ordinal))
            {
                Tell(row, before is null ? ("create", "added") : ("modify", "modified"));
            }
        }

        if (table.IsWhole)
        {
            HashSet<string> present = [.. table.Rows.Select(static row => row.Key)];
            foreach (FollowedRow gone in _last.Values.Where(row => !present.Contains(row.Key)).ToArray())
            {
                _last.Remove(gone.Key);
                Tell(gone, ("delete", "deleted"));
            }
        }

        _started = true;
        host.Out.Flush();
    }

    public void Dispose() => _line?.Dispose();

    // What is there at the start is no change.
    private void Tell(FollowedRow row, (string Verb, string Name) change)
    {
        if (_line is not null)
        {
            row.WriteFields(_line);
            if (_started)
            {
                _line.Json.WriteString("change", change.Name);
            }

            _line.EndLine();
        }
        else if (_started)
        {
            host.Out.WriteLine(TextTable.Printable($"{change.Verb}> {string.Join("  ", row.Cells)}"));
        }
    }
}
