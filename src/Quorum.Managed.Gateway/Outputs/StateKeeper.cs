using System.Runtime.InteropServices;

namespace Quorum.Managed.Gateway;

// Writes the state file, in a process of its own. It reads from the gateway what to write, and until when that counts.
// At that time without a newer word, or when the gateway is gone, it writes "not". Otherwise a reader that checks no
// end, such as keepalived, would believe a gateway that was killed or stopped.
internal sealed class StateKeeper(string path, StateFormat format, TimeProvider clock, ILogger logger) : IDisposable
{
    // The first argument that makes this program a keeper; the format and the path follow.
    public const string Argument = "--keep-state";

    // The wait's clock stands still while the machine is suspended. The end's clock does not.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);

    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly StateWord _not = StateWord.Not(format);
    private volatile StateWord? _word;
    private volatile bool _ended;
    private StateWord? _written;
    private bool _failed;

    // Returns at the end of the input. A signal for the whole group of processes is the gateway's to obey.
    public void Run(TextReader input)
    {
        PosixSignal[] signals =
        [
            PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP, PosixSignal.SIGQUIT,
            // By number, because these names are not for every platform: SIGTSTP, SIGTTIN, SIGTTOU.
            (PosixSignal)20, (PosixSignal)21, (PosixSignal)22,
        ];
        PosixSignalRegistration[] ignored = [.. signals.Select(static signal =>
            PosixSignalRegistration.Create(signal, static each => each.Cancel = true))];
        new Thread(() => Read(input)) { IsBackground = true, Name = "the gateway's words" }.Start();
        while (!_ended)
        {
            StateWord word = _word ?? _not;
            if (word.HasEnd && Remaining(word) <= TimeSpan.Zero)
            {
                word = _not;
            }

            if (word != _written || _failed)
            {
                Write(word);
            }

            TimeSpan pause = word.HasEnd ? Remaining(word) : LongestWait;
            _wake.WaitOne(pause < TimeSpan.Zero ? TimeSpan.Zero : pause < LongestWait ? pause : LongestWait);
        }

        Write(_not);
        Array.ForEach(ignored, static registration => registration.Dispose());
    }

    public void Dispose() => _wake.Dispose();

    private void Read(TextReader input)
    {
        try
        {
            while (input.ReadLine() is { } line)
            {
                _word = StateWord.Parse(line);
                _wake.Set();
            }
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            // The gateway was killed within a line.
        }

        _ended = true;
        _wake.Set();
    }

    private TimeSpan Remaining(StateWord word) =>
        TimeSpan.FromMicroseconds((word.LeaseEnd - clock.GetTimestamp()) / 1000);

    private void Write(StateWord word)
    {
        try
        {
            word.WriteTo(path);
            _written = word;
            if (_failed)
            {
                _failed = false;
                logger.StateFileWritten(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failed)
            {
                _failed = true;
                logger.StateFileNotWritten(path, e.Message);
            }
        }
    }
}
