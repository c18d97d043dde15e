namespace Quorum.Managed.Cli;

// The pause before the next start: none after a long run, and twice the last one after a short run. Times in
// nanoseconds.
internal sealed class RestartPause
{
    private const long Second = 1_000_000_000;
    private const long ShortRun = 10 * Second;
    private const long Longest = 30 * Second;

    private long _startedAt;
    private long _pause;

    public bool HasStarted { get; private set; }

    public long NotBefore { get; private set; }

    public void OnStart(long now)
    {
        HasStarted = true;
        _startedAt = now;
    }

    public void OnLost(long now)
    {
        _pause = now - _startedAt >= ShortRun ? 0 : Math.Clamp(_pause * 2, Second, Longest);
        NotBefore = now + _pause;
    }
}
