using System.Text;
using Quorum.Managed.Ipc;

namespace Quorum.Managed.Cli;

// What a command uses of its process: output, input and terminal. Tests pass their own. .NET's Console is not used: it
// writes terminal escapes, and changes the terminal's settings.
internal sealed record CommandHost
{
    private const int FallbackWidth = 80;
    private const int FallbackHeight = 24;

    // A line holds the longest error with its remedy.
    private const int LongestLine = 2000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly BoundedWriter _error;

    // The descriptor that error writes to. Null if it is none.
    public CommandHost(TextWriter output, TextWriter error, int? errorDescriptor = null)
    {
        Out = output;
        Error = error;
        _error = new BoundedWriter(error, descriptor: errorDescriptor);
    }

    // For commands that show events: a write waits for the reader. Answers are written by TryWrite.
    public TextWriter Out { get; init; }

    public TextWriter Error { get; }

    // The descriptor that Out writes to. Null if it is none, or cannot be watched.
    public int? OutDescriptor { get; init; }

    // Whether Out is a terminal that understands cursor movement.
    public bool IsTerminal { get; init; }

    // Whether the terminal may be coloured: not if NO_COLOR is set (no-color.org).
    public bool UseColor { get; init; } = true;

    public TextReader In { get; init; } = TextReader.Null;

    // Whether In is a terminal.
    public bool IsInputTerminal { get; init; }

    public Func<(int Width, int Height)> TerminalSize { get; init; } = static () => (FallbackWidth, FallbackHeight);

    public static CommandHost FromProcess() => new(
        Writer(1), Writer(2, autoFlush: true), DescriptorCalls.IsSupported ? 2 : null)
    {
        OutDescriptor = DescriptorCalls.IsSupported ? 1 : null,
        IsTerminal = DescriptorCalls.TerminalSize(1) is not null
            && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } and not "dumb",
        UseColor = Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 },
        In = new StreamReader(DescriptorStream.Open(0, FileAccess.Read), Utf8),
        IsInputTerminal = DescriptorCalls.TerminalSize(0) is not null,
        TerminalSize = SizeOfTerminal,
    };

    // Never blocks for long and never fails: what cannot be said changes no exit code.
    public void WriteError(string message) =>
        _ = _error.Write($"quorum: {OneLine(message)}\n");

    // Writes an answer to Out, and does not wait long for a reader that does not read. Null if everything was written.
    // The text is made first: only its writing is limited.
    public IOException? TryWrite(Action<TextWriter> write, TimeSpan? patience = null)
    {
        using StringWriter text = new() { NewLine = "\n" };
        write(text);
        return new BoundedWriter(Out, patience, OutDescriptor).Write(text.ToString());
    }

    // Whether the reader of the output is gone. That is how head(1) ends, and no error.
    public static bool IsBrokenPipe(Exception e) => e is IOException { HResult: Errno.EPIPE };

    // An error is one line, so that logs and scripts can handle it as one record. It names the options of the command.
    public static string OneLine(string text)
    {
        string words = OptionWords.Translate(text).ReplaceLineEndings(" ");
        string line = string.Concat(words.Select(static c => char.IsControl(c) ? '?' : c));
        return FittedText.Truncate(line.Trim(), LongestLine);
    }

    private static StreamWriter Writer(int descriptor, bool autoFlush = false) =>
        new(DescriptorStream.Open(descriptor, FileAccess.Write), Utf8) { AutoFlush = autoFlush, NewLine = "\n" };

    private static (int Width, int Height) SizeOfTerminal()
    {
        (int width, int height) = DescriptorCalls.TerminalSize(1) ?? default;
        return (width > 0 ? width : FallbackWidth, height > 0 ? height : FallbackHeight);
    }
}
