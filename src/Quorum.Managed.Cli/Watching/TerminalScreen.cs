using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli.Watching;

// The terminal's alternate screen: when it is left, no old state stays behind that somebody could take for the present one.
// A frame is drawn over the one before with one write, so that nothing flickers. Not thread-safe.
internal sealed class TerminalScreen(CommandHost host)
{
    private const string EnterSequence = "\e[?1049h\e[?25l\e[?7l\e[H\e[2J";
    private const string LeaveSequence = "\e[?7h\e[?25h\e[?1049l";
    private const string Home = "\e[H";
    private const string ClearToEndOfLine = "\e[K";
    private const string ClearBelow = "\e[J";

    private readonly StringBuilder _frame = new();
    private bool _entered;

    public void Enter()
    {
        if (!_entered)
        {
            _entered = true;
            Write(EnterSequence);
        }
    }

    public void Leave()
    {
        if (_entered)
        {
            _entered = false;
            Write(LeaveSequence);
        }
    }

    public void Draw(Func<int, int, IRenderable> build)
    {
        if (!_entered)
        {
            return;
        }

        (int width, int height) = host.TerminalSize();
        string[] lines = Render(build(width, height), width, height).Split('\n');
        _frame.Clear().Append(Home);
        for (int i = 0; i < Math.Min(lines.Length, height); i++)
        {
            // Cleared first: behind a full row the cursor still is in its last column. No newline after the last row: the screen would scroll.
            _frame.Append(i == 0 ? string.Empty : "\r\n").Append(ClearToEndOfLine).Append(lines[i].TrimEnd('\r'));
        }

        Write(_frame.Append(ClearBelow).ToString());
    }

    private string Render(IRenderable content, int width, int height)
    {
        using StringWriter writer = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = host.Environment("NO_COLOR") is { Length: > 0 } ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        console.Profile.Height = height;
        console.Profile.Capabilities.Unicode = true;
        console.Write(content);
        return writer.ToString();
    }

    private void Write(string text)
    {
        host.Out.Write(text);
        host.Out.Flush();
    }
}
