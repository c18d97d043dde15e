using Spectre.Console;

namespace Quorum.Managed.Cli;

// Spectre's console for text that goes to the host's terminal. The host knows the terminal, so Spectre detects nothing.
internal static class TerminalConsole
{
    public static IAnsiConsole Create(CommandHost host, TextWriter writer, int width, int height)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = host.UseColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new TerminalOutput(writer, width, height),
        });
        console.Profile.Width = width;
        console.Profile.Height = height;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
