using System.Globalization;
using Spectre.Console;

namespace Quorum.Managed.Cli.Tests;

// The table on a terminal that is lower than the table.
public sealed class FollowedScreenTests
{
    private const int Height = 24;

    [Test]
    public void Low_terminal_shows_the_bad_rows_first_and_says_how_many_are_hidden()
    {
        FollowedRow[] rows =
        [
            .. Enumerable.Range(1, 40).Select(static number => new FollowedRow(
                number.ToString(CultureInfo.InvariantCulture),
                [$"row {number}"],
                IsBad: number == 40,
                static line => line.Json.WriteStartObject())),
        ];
        string[] lines = Render(new FollowedTable(["NAME"], rows, "not known: all", IsWhole: true));
        Assert.That(lines, Has.Length.LessThan(Height));
        Assert.That(lines, Has.Some.Contains("row 40"));
        Assert.That(lines, Has.Some.Contains("not known: all"));
        int shown = lines.Count(static line => line.Contains("row ", StringComparison.Ordinal));
        Assert.That(lines[^1], Does.Contain($"{40 - shown} more rows").And.Contain("Ctrl-C ends"));
    }

    [Test]
    public void Table_that_fits_keeps_its_order_and_hides_nothing()
    {
        FollowedRow[] rows =
        [
            new("1", ["first"], IsBad: false, static line => line.Json.WriteStartObject()),
            new("2", ["second"], IsBad: true, static line => line.Json.WriteStartObject()),
        ];
        string[] lines = Render(new FollowedTable(["NAME"], rows, null, IsWhole: true));
        Assert.That(
            Array.FindIndex(lines, static line => line.Contains("first", StringComparison.Ordinal)),
            Is.LessThan(Array.FindIndex(lines, static line => line.Contains("second", StringComparison.Ordinal))));
        Assert.That(lines[^1], Does.Not.Contain("more rows"));
    }

    private static string[] Render(FollowedTable table)
    {
        using StringWriter writer = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = 80;
        console.Profile.Height = Height;
        console.Write(FollowedScreen.Build(table, 80, Height, DateTimeOffset.UnixEpoch));
        return writer.ToString().TrimEnd('\n').Split('\n');
    }
}
