using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.Cli;

// What a command uses of its process: output, input and terminal. Tests pass their own.
internal sealed record CommandHost(TextWriter Out, TextWriter Error)
{
    // EPIPE
    private const int BrokenPipe = 32;

    private const int FallbackWidth = 80;
    private const int FallbackHeight = 24;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    // Whether Out is a terminal that understands cursor movement.
    public bool IsTerminal { get; init; }

    // Whether the terminal may be coloured: not if NO_COLOR is set (no-color.org).
    public bool UseColor { get; init; } = true;

    public TextReader In { get; init; } = TextReader.Null;

    // Whether In is a terminal.
    public bool IsInputTerminal { get; init; }

    public Func<(int Width, int Height)> TerminalSize { get; init; } = static () => (FallbackWidth, FallbackHeight);

    public static CommandHost FromProcess() =>
        new(Writer(OpenOutput()), Writer(Console.OpenStandardError(), autoFlush: true))
        {
            IsTerminal = !Console.IsOutputRedirected
                && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb",
            UseColor = Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 },
            In = Console.In,
            IsInputTerminal = !Console.IsInputRedirected,
            TerminalSize = SizeOfConsole,
        };

    public void WriteError(string message) => Error.WriteLine("quorum: " + OneLine(message));

    // Whether the reader of the output has closed it. That is how head(1) ends, and no error.
    public static bool IsBrokenPipe(Exception e) => e is IOException { HResult: BrokenPipe };

    // An error is one line, so that logs and scripts can handle it as one record.
    public static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    private static StreamWriter Writer(Stream stream, bool autoFlush = false) =>
        new(stream, Utf8) { AutoFlush = autoFlush, NewLine = "\n" };

    // The console's stream hides EPIPE: a watch would go on after its reader has left. A FileStream reports EPIPE.
    // But a FileStream keeps its own file position. That is wrong for a file that other processes write to as well,
    // as in { quorum status; date; } > file. So files are written through the console's stream.
    private static Stream OpenOutput()
    {
        try
        {
            FileStream stream = new(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Console.OpenStandardOutput();
        }
    }

    private static (int Width, int Height) SizeOfConsole()
    {
        int width = Console.WindowWidth;
        int height = Console.WindowHeight;
        return (width > 0 ? width : FallbackWidth, height > 0 ? height : FallbackHeight);
    }
}
