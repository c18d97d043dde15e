using Spectre.Console;

namespace Quorum.Managed.Cli.Tests;

public sealed class TerminalScreenTests
{
    [Test]
    public void Leave_after_enter_restores_cursor_and_screen_once()
    {
        using StringWriter writer = new();
        TerminalScreen screen = new(new CommandHost(writer, TextWriter.Null));
        screen.Enter();
        writer.GetStringBuilder().Clear();
        screen.Leave();
        screen.Leave();

        Assert.That(writer.ToString(), Is.EqualTo("\e[?7h\e[?25h\e[?1049l"));
    }

    [Test]
    public void Draw_before_enter_writes_nothing()
    {
        using StringWriter writer = new();
        new TerminalScreen(new CommandHost(writer, TextWriter.Null)).Draw(static (_, _) => new Text("x"));

        Assert.That(writer.ToString(), Is.Empty);
    }

    [Test]
    public void Draw_more_rows_than_the_terminal_has_does_not_scroll()
    {
        using StringWriter writer = new();
        TerminalScreen screen = new(new CommandHost(writer, TextWriter.Null) { TerminalSize = static () => (20, 3) });
        screen.Enter();
        writer.GetStringBuilder().Clear();
        screen.Draw(static (_, _) => new Rows(Enumerable.Range(0, 9).Select(row => new Text($"row {row}"))));

        Assert.That(writer.ToString(), Does.Contain("row 2").And.Not.Contain("row 3"));
        Assert.That(writer.ToString().Count(c => c == '\n'), Is.EqualTo(2));
    }
}
