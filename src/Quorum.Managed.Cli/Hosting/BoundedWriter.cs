using System.Runtime.ExceptionServices;
using System.Text;

namespace Quorum.Managed.Cli;

// Writes to an output whose reader may not read: a full pipe, a stopped terminal. A write that has not ended after the
// patience is left behind on its thread, which does not keep the process alive. Where no thread can be started (every
// thread of .NET needs two descriptors), it writes only if the descriptor takes a write at once. Thread-safe.
internal sealed class BoundedWriter(TextWriter writer, TimeSpan? patience = null, int? descriptor = null)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _patience = patience ?? Patience;
    private Thread? _stuck;

    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(1);

    // Null if everything was written. What the descriptor takes without waiting needs no thread: to start one takes
    // longer than most answers.
    public IOException? Write(string text)
    {
        ReadOnlyMemory<byte> rest = descriptor is null ? default : Encoding.UTF8.GetBytes(text);
        if (descriptor is not { } known || rest.Length > DescriptorCalls.MostBytes)
        {
            return Write(output => output.Write(text));
        }

        lock (_lock)
        {
            if (_stuck is not { IsAlive: true })
            {
                int count = DescriptorCalls.WriteAtOnce(known, rest.Span);
                rest = count > 0 ? rest[count..] : rest;
            }
        }

        return rest.IsEmpty
            ? null
            : Write(_ => DescriptorStream.Open(known, FileAccess.Write).Write(rest.Span));
    }

    // Null if everything was written.
    public IOException? Write(Action<TextWriter> write)
    {
        lock (_lock)
        {
            return _stuck is { IsAlive: true } ? Unread() : WriteWithin(() =>
            {
                write(writer);
                writer.Flush();
            });
        }
    }

    private IOException Unread() => new($"nobody has read it for {Durations.Format(_patience)}");

    private IOException? WriteWithin(Action write)
    {
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                write();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        { IsBackground = true, Name = "output" };
        try
        {
            thread.Start();
        }
        catch (OutOfMemoryException e)
        {
            return WriteAtOnce(write, e);
        }

        if (!thread.Join(_patience))
        {
            _stuck = thread;
            return Unread();
        }

        if (failure is { SourceException: not IOException })
        {
            failure.Throw();
        }

        return failure?.SourceException as IOException;
    }

    private IOException? WriteAtOnce(Action write, OutOfMemoryException reason)
    {
        if (descriptor is not { } known || !DescriptorCalls.IsWritable(known))
        {
            return new IOException("there is no thread to write it with", reason);
        }

        try
        {
            write();
            return null;
        }
        catch (IOException e)
        {
            return e;
        }
    }
}
