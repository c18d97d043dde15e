using System.Diagnostics;
using System.Text;
using System.Threading.Channels;

namespace Quorum.Managed.TestSupport;

/// <summary>A child process whose output can be awaited line by line. Disposal kills it.</summary>
public sealed class NodeProcess : IAsyncDisposable
{
    /// <summary>SIGINT.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _error = new();
    private readonly Task _outputEnd;
    private readonly Task _errorEnd;

    private NodeProcess(Process process, bool keepOutput)
    {
        _process = process;
        Pid = process.Id;
        _outputEnd = keepOutput
            ? PumpAsync(process.StandardOutput, line => _lines.Writer.TryWrite(line))
            : Task.CompletedTask;
        _errorEnd = keepOutput ? PumpAsync(process.StandardError, AddError) : Task.CompletedTask;
        _ = _outputEnd.ContinueWith(_ => _lines.Writer.Complete(), TaskScheduler.Default);
    }

    /// <summary>Its process id.</summary>
    public int Pid { get; }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>What it has written to standard error so far.</summary>
    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>The next line of standard output, or null at its end.</summary>
    /// <exception cref="TimeoutException">None came in time; the message has what standard error says.</exception>
    public async Task<string?> ReadLineAsync(TimeSpan timeout)
    {
        using CancellationTokenSource limit = new(timeout);
        try
        {
            bool any = await _lines.Reader.WaitToReadAsync(limit.Token);
            return any && _lines.Reader.TryRead(out string? line) ? line : null;
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"process {Pid} wrote no line within {timeout}; standard error: {Error}", e);
        }
    }

    /// <summary>Reads lines until one satisfies the predicate, and returns it.</summary>
    /// <exception cref="TimeoutException">None came in time.</exception>
    /// <exception cref="EndOfStreamException">The output ended first.</exception>
    public async Task<string> ReadUntilAsync(Func<string, bool> predicate, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            string line = await ReadLineAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero)
                ?? throw new EndOfStreamException($"process {Pid} ended its output; standard error: {Error}");
            if (predicate(line))
            {
                return line;
            }
        }
    }

    /// <summary>Writes a line to its standard input.</summary>
    public Task WriteLineAsync(string line) => WriteAsync(line + '\n');

    /// <summary>Writes to its standard input.</summary>
    public async Task WriteAsync(string text)
    {
        await _process.StandardInput.WriteAsync(text);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Ends its standard input.</summary>
    public void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Nothing reads what was not flushed.
        }
    }

    /// <summary>Sends a signal, if it still runs.</summary>
    public void Signal(int signal)
    {
        // The Process class reaps the child on a thread of its own. Until HasExited is true the pid is the child's,
        // except for the moment between the reaping and HasExited.
        if (!_process.HasExited)
        {
            _ = NativeLibc.Kill(Pid, signal);
        }
    }

    /// <summary>Waits for its end. <see cref="CommandResult.Output"/> has the lines that were not read.</summary>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public async Task<CommandResult> WaitAsync(TimeSpan timeout)
    {
        try
        {
            await Task.WhenAll(_process.WaitForExitAsync(), _outputEnd, _errorEnd).WaitAsync(timeout);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"process {Pid} did not end within {timeout}; standard error: {Error}", e);
        }

        StringBuilder output = new();
        while (_lines.Reader.TryRead(out string? line))
        {
            output.Append(line).Append('\n');
        }

        return new CommandResult(_process.ExitCode, output.ToString(), Error);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Signal(Kill);
        await _process.WaitForExitAsync();
        // What a simulator that was killed has left: the server's process id comes first in the name.
        foreach (string left in Directory.EnumerateDirectories("/dev/shm", $"qb-{Pid}-*"))
        {
            Directory.Delete(left, recursive: true);
        }

        try
        {
            // The output has ended, unless a grandchild holds the pipes.
            await Task.WhenAll(_outputEnd, _errorEnd).WaitAsync(TimeSpan.FromSeconds(1));
        }
        catch (TimeoutException)
        {
            // The pumps end when their streams are closed below.
        }

        // The Process class does not close streams that its user has taken.
        CloseInput();
        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
        _process.Dispose();
    }

    /// <summary>Starts a command. Its output is kept for reading only when asked for.</summary>
    public static NodeProcess Start(
        IReadOnlyList<string> command, IEnumerable<KeyValuePair<string, string>> environment, bool keepOutput)
    {
        ProcessStartInfo start = new(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        return new NodeProcess(Process.Start(start)!, keepOutput);
    }

    private static async Task PumpAsync(StreamReader reader, Action<string> take)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
            {
                take(line);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or IOException)
        {
            // The stream was closed before its end, because a grandchild holds the pipe.
        }
    }

    private void AddError(string line)
    {
        lock (_error)
        {
            _error.Append(line).Append('\n');
        }
    }
}
