namespace Quorum.Managed.Ipc;

// The pauses between attempts. Each is twice as long as the one before it, up to a longest one. Jitter is the share of
// a pause by which it may be shortened at random, so that many clients of a daemon that restarts do not all return at
// the same moment.
internal sealed class Backoff
{
    private readonly TimeSpan _first;
    private readonly TimeSpan _longest;
    private readonly double _jitter;
    private TimeSpan _next;

    public Backoff(TimeSpan first, TimeSpan longest, double jitter = 0)
    {
        _first = _next = first;
        _longest = longest;
        _jitter = jitter;
    }

    // A pause of the longest kind, for an attempt that cannot succeed soon.
    public TimeSpan Longest => Shorten(_longest);

    public TimeSpan Next()
    {
        TimeSpan pause = _next;
        _next = pause * 2 < _longest ? pause * 2 : _longest;
        return Shorten(pause);
    }

    public void Reset() => _next = _first;

    private TimeSpan Shorten(TimeSpan pause) => pause * (1 - (Random.Shared.NextDouble() * _jitter));
}
