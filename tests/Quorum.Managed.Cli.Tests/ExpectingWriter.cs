namespace Quorum.Managed.Cli.Tests;

// An output that tells when a text has been written to it. Thread-safe.
internal sealed class ExpectingWriter : StringWriter
{
    private readonly Lock _lock = new();
    private readonly string _text;
    private readonly TaskCompletionSource _written = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ExpectingWriter(string text)
    {
        _text = text;
        NewLine = "\n";
    }

    public override void Write(char value)
    {
        lock (_lock)
        {
            base.Write(value);
        }
    }

    public override void Write(char[] buffer, int index, int count)
    {
        lock (_lock)
        {
            base.Write(buffer, index, count);
        }
    }

    public override void Write(string? value)
    {
        lock (_lock)
        {
            base.Write(value);
        }
    }

    // A command flushes after each line.
    public override void Flush()
    {
        lock (_lock)
        {
            if (GetStringBuilder().ToString().Contains(_text, StringComparison.Ordinal))
            {
                _written.TrySetResult();
            }
        }
    }

    // Fails if the run ends first.
    public async Task WhenWrittenAsync(Task<CommandRun> running)
    {
        if (await Task.WhenAny(_written.Task, running).WaitAsync(CommandRun.Patience) == running)
        {
            CommandRun run = await running;
            Assert.That(run.Out, Does.Contain(_text), $"exit code {run.ExitCode}: {run.Error}");
        }
    }
}
