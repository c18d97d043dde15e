using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Quorum.Managed.Cli;

// The terminal's alternate screen. After Leave no old state is visible that could be taken for the present one. Each
// frame is drawn over the frame before with one write, so that the screen does not flicker. Not thread-safe.
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

    // Does nothing before Enter.
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
            // The line is cleared before it is written: after a full line the cursor is still in the last column, and
            // clearing would erase that column. The last line has no newline, which would scroll the screen.
            _frame.Append(i == 0 ? string.Empty : "\r\n").Append(ClearToEndOfLine).Append(lines[i].TrimEnd('\r'));
        }

        Write(_frame.Append(ClearBelow).ToString());
    }

    private string Render(IRenderable content, int width, int height)
    {
        using StringWriter writer = new();
        TerminalConsole.Create(host, writer, width, height).Write(content);
        return writer.ToString();
    }

    private void Write(string text)
    {
        host.Out.Write(text);
        host.Out.Flush();
    }
}
