namespace Quorum.Managed.Testing;

// Counts the totem token of one daemon: one in each interval in which it comes. An idle ring holds the token at one
// node for the time hold.
internal sealed class TokenCounter(TimeProvider clock, uint intervalMilliseconds)
{
    private readonly TimeSpan _interval = TimeSpan.FromMilliseconds(intervalMilliseconds);

    // The time in which the token has come, up to the last change.
    private TimeSpan _before;
    private long _changed = clock.GetTimestamp();
    private bool _comes;

    public ulong Count => (ulong)(Coming.Ticks / _interval.Ticks);

    public TimeSpan SinceLast
    {
        get
        {
            TimeSpan beforeChange = new(Coming.Ticks % _interval.Ticks);
            return _comes ? beforeChange : beforeChange + clock.GetElapsedTime(_changed);
        }
    }

    private TimeSpan Coming => _comes ? _before + clock.GetElapsedTime(_changed) : _before;

    public void Set(bool comes)
    {
        if (comes != _comes)
        {
            _before = Coming;
            _changed = clock.GetTimestamp();
            _comes = comes;
        }
    }

    public void Reset()
    {
        _before = TimeSpan.Zero;
        _changed = clock.GetTimestamp();
    }
}
