using Spectre.Console;

namespace Quorum.Managed.Cli;

// The state in large letters, on a band of the state's colour that is as wide as the terminal.
internal static class Banner
{
    // Rows below the banner that must stay visible.
    private const int RowsForTheRest = 12;

    private const int FontRows = 6;

    public static IEnumerable<Text> Rows(QuorumState state, int width, int height)
    {
        (string word, Color background, Color foreground) = state switch
        {
            QuorumState.Quorate => (QuorateText.Of(true), Color.Green, Color.Black),
            QuorumState.Inquorate => (QuorateText.Of(false), Color.Maroon, Color.White),
            _ => ("unknown", Color.Olive, Color.Black),
        };
        Style style = new(foreground, background, Decoration.Bold);
        foreach (string line in Lines(word.ToUpperInvariant(), width, height))
        {
            yield return new Text(Centre(line, width), style);
        }
    }

    // The widest form that fits: large letters with gaps, large letters without gaps, or one row of text.
    private static List<string> Lines(string word, int width, int height)
    {
        List<string>[] letters = [.. word.Select(Letter)];
        for (int gap = 1; gap >= 0; gap--)
        {
            List<string> lines = Join(letters, gap);
            if (lines[0].Length <= width - 2 && lines.Count + RowsForTheRest <= height)
            {
                return [string.Empty, .. lines, string.Empty];
            }
        }

        string spaced = string.Join(' ', word.ToCharArray());
        string text = spaced.Length <= width - 2 ? spaced : word;
        return height > RowsForTheRest ? [string.Empty, text, string.Empty] : [text];
    }

    private static List<string> Join(List<string>[] letters, int gap) =>
    [
        .. Enumerable.Range(0, letters[0].Count)
            .Select(row => string.Join(new string(' ', gap), letters.Select(letter => letter[row])))
            .Where(line => !string.IsNullOrWhiteSpace(line)),
    ];

    // All rows of the letter in Spectre's font, without the empty columns at its sides.
    private static List<string> Letter(char letter)
    {
        if (letter == ' ')
        {
            return [.. Enumerable.Repeat("  ", FontRows)];
        }

        using StringWriter writer = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new TerminalOutput(writer, 80, 24),
        });
        console.Write(new FigletText(letter.ToString()));
        List<string> lines = [.. writer.ToString().TrimEnd('\n').Split('\n').Select(line => line.TrimEnd())];
        int right = lines.Max(line => line.Length);
        int left = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        IEnumerable<string> rows = lines.Concat(Enumerable.Repeat(string.Empty, FontRows)).Take(FontRows);
        return [.. rows.Select(line => line.PadRight(right)[left..])];
    }

    private static string Centre(string text, int width)
    {
        string cut = text.Length <= width ? text : text[..width];
        int left = (width - cut.Length) / 2;
        return cut.PadLeft(left + cut.Length).PadRight(width);
    }
}
