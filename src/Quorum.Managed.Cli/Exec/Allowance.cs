namespace Quorum.Managed.Cli;

// Until when the command may run. Live: until corosync's last answer is too old. Strict: until the lease ends, and the
// grace and SIGKILL come before that. Times in nanoseconds of CLOCK_BOOTTIME.
internal sealed class Allowance(ExecOptions options)
{
    private const long Second = 1_000_000_000;

    // What SIGKILL and the death of the last process may take at the end of the lease.
    private const long KillTime = Second / 10;

    // Between two renewals the lease becomes shorter. So much must be left besides the grace when the command starts.
    private const long Spare = Second;

    // How long a lease is looked at before the grace is refused.
    private const long Patience = 5 * Second;

    private readonly long _grace = Kernel.Nanoseconds(options.Grace);
    private long _since;
    private long _longest;

    public GuardMessage For(GuardWord word, QuorumSnapshot snapshot)
    {
        if (!options.Strict)
        {
            long until = snapshot.ConfirmedAt + Kernel.Nanoseconds(options.MaxStaleness);
            return new GuardMessage(word, 0, until, long.MaxValue);
        }

        long end = (snapshot.LeaseEnd ?? 0) - KillTime;
        return new GuardMessage(word, 0, end - _grace, end);
    }

    // Whether the command can start now and does not get SIGTERM at once.
    public bool Fits(QuorumSnapshot snapshot, long now) =>
        !options.Strict || Left(snapshot, now) > _grace + KillTime + Spare;

    // Why the grace can never fit, or null. Every lease of the last seconds was too short.
    public string? Refusal(QuorumSnapshot snapshot, long now)
    {
        if (!options.Strict || snapshot.LeaseEnd is null || Fits(snapshot, now))
        {
            _since = 0;
            _longest = 0;
            return null;
        }

        _since = _since == 0 ? now : _since;
        _longest = Math.Max(_longest, Left(snapshot, now));
        return now - _since < Patience ? null : "--grace " + Durations.Format(options.Grace)
            + " does not fit into the lease: at most " + Text(_longest)
            + " are left of it, and " + Text(KillTime + Spare)
            + " are needed besides the grace. Choose a shorter --grace, or a longer consensus in corosync.conf.";
    }

    private static long Left(QuorumSnapshot snapshot, long now) => (snapshot.LeaseEnd ?? 0) - now;

    private static string Text(long nanoseconds) =>
        Durations.Format(TimeSpan.FromMilliseconds(Math.Max(0, nanoseconds) / 1_000_000));
}
