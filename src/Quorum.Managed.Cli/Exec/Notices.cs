using System.Text;

namespace Quorum.Managed.Cli;

// Lines for the user on stderr. A thread of its own writes them: the output may block, or be gone, and exec must not
// wait for it or end by it.
internal sealed unsafe class Notices
{
    private const int StandardError = 2;

    // A reader that is this far behind misses the newer lines.
    private const int Most = 100;

    private readonly Queue<byte[]> _lines = new();
    private bool _writing;

    public Notices() => new Thread(Write) { IsBackground = true, Name = "quorum notices" }.Start();

    public void Add(string text)
    {
        byte[] line = Encoding.UTF8.GetBytes($"quorum: {CommandHost.OneLine(text)}\n");
        lock (_lines)
        {
            if (_lines.Count < Most)
            {
                _lines.Enqueue(line);
                Monitor.PulseAll(_lines);
            }
        }
    }

    // Waits until everything is written, but not for long.
    public void Finish(TimeSpan limit)
    {
        long end = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        lock (_lines)
        {
            while ((_lines.Count > 0 || _writing) && end > Environment.TickCount64)
            {
                _ = Monitor.Wait(_lines, (int)Math.Max(1, end - Environment.TickCount64));
            }
        }
    }

    private void Write()
    {
        while (true)
        {
            byte[]? line;
            lock (_lines)
            {
                _writing = false;
                Monitor.PulseAll(_lines);
                while (!_lines.TryDequeue(out line))
                {
                    Monitor.Wait(_lines);
                }

                _writing = true;
            }

            fixed (byte* start = line)
            {
                // A line that cannot be written is lost.
                _ = Kernel.Write(StandardError, start, line.Length);
            }
        }
    }
}
