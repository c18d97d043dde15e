using System.Text;

namespace Quorum.Managed.Cli;

// Rows of text in columns that are as wide as their widest cell. The last column has no padding.
internal static class TextTable
{
    private const string Gap = "  ";

    public static void Write(TextWriter writer, params IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        StringBuilder line = new();
        foreach (string[] row in rows)
        {
            line.Clear();
            for (int i = 0; i < row.Length; i++)
            {
                line.Append(i == 0 ? "" : Gap).Append(Printable(row[i]).PadRight(widths[i]));
            }

            writer.WriteLine(line.ToString().TrimEnd());
        }
    }

    // What a daemon tells goes to terminals and to readers of lines: nothing in it ends a line or moves the cursor.
    public static string Printable(string text) =>
        string.Concat(text.Select(static c => char.IsControl(c) ? '?' : c));
}
