namespace Quorum.Managed.Cli;

// The pauses between attempts to connect: doubling from 100 ms up to 2 s, each shortened by up to a fifth so that many clients do not return at once.
internal sealed class Backoff
{
    private const double Jitter = 0.2;

    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(2);

    private TimeSpan _next = First;

    public TimeSpan Next()
    {
        TimeSpan pause = _next * (1 - (Jitter * Random.Shared.NextDouble()));
        _next = _next * 2 < Last ? _next * 2 : Last;
        return pause;
    }

    public void Reset() => _next = First;
}
