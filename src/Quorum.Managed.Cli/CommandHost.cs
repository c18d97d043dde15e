using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Quorum.Managed.Cli;

// What a command may touch of the process it runs in; tests bring their own.
internal sealed record CommandHost(TextWriter Out, TextWriter Error)
{
    // EPIPE
    private const int BrokenPipe = 32;

    private const int FallbackWidth = 80;
    private const int FallbackHeight = 24;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    // Whether Out is a terminal that understands cursor movement.
    public bool IsTerminal { get; init; }

    public TextReader In { get; init; } = TextReader.Null;

    // Whether somebody types at In.
    public bool IsInputTerminal { get; init; }

    public Func<string, string?> Environment { get; init; } = static _ => null;

    public Func<(int Width, int Height)> TerminalSize { get; init; } = static () => (FallbackWidth, FallbackHeight);

    public static CommandHost FromProcess() => new(Writer(OpenOutput()), Writer(Console.OpenStandardError(), autoFlush: true))
    {
        IsTerminal = !Console.IsOutputRedirected && System.Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb",
        In = Console.In,
        IsInputTerminal = !Console.IsInputRedirected,
        Environment = System.Environment.GetEnvironmentVariable,
        TerminalSize = SizeOfConsole,
    };

    public void WriteError(string message) => Error.WriteLine("quorum: " + OneLine(message));

    // Whoever read the output has enough of it.
    public static bool IsBrokenPipe(IOException e) => e.HResult == BrokenPipe;

    public static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();

    private static StreamWriter Writer(Stream stream, bool autoFlush = false) => new(stream, Utf8) { AutoFlush = autoFlush, NewLine = "\n" };

    // The console's stream swallows EPIPE, and a watch whose reader has left would go on for ever; a FileStream reports it. But a FileStream
    // keeps its own position in a file, which is wrong for one that is shared with other processes: { quorum status; date; } > file.
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
