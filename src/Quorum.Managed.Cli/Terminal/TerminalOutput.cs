using System.Text;
using Spectre.Console;

namespace Quorum.Managed.Cli;

// Spectre's own type asks .NET's Console, which changes the terminal's settings.
internal sealed class TerminalOutput(TextWriter writer, int width, int height) : IAnsiConsoleOutput
{
    public TextWriter Writer => writer;

    public bool IsTerminal => false;

    public int Width => width;

    public int Height => height;

    public void SetEncoding(Encoding encoding)
    {
        // The writer has one.
    }
}
