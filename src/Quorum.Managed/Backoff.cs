namespace Quorum.Managed;

// The pauses between attempts: doubling, each shortened at random by up to a half, so that many clients of a daemon that restarts do not come together.
internal sealed class Backoff
{
    private readonly TimeSpan _first;
    private readonly TimeSpan _longest;
    private TimeSpan _next;

    public Backoff(TimeSpan first, TimeSpan longest)
    {
        _first = _next = first;
        _longest = longest;
    }

    public TimeSpan Next(Exception? error)
    {
        // What does not pass by itself (not allowed, no model V1) is not tried often: each attempt is a line in the daemon's log.
        TimeSpan pause = error is QuorumException { IsTransient: false } ? _longest : _next;
        _next = _next * 2 < _longest ? _next * 2 : _longest;
        return pause * (1 - (Random.Shared.NextDouble() / 2));
    }

    public void Reset() => _next = _first;
}
