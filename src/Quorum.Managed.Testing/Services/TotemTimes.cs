namespace Quorum.Managed.Testing;

// The totem times of a daemon, as corosync 3 computes them from the token's time-out. Measured at 500, 3650 and 4950
// ms.
internal sealed record TotemTimes(uint Token, uint Consensus, uint Hold, uint TokenRetransmit)
{
    public static TotemTimes Of(TimeSpan? timeout, int nodes)
    {
        uint token = timeout is { } given
            ? (uint)given.TotalMilliseconds
            : 3000 + (650 * (uint)Math.Max(0, nodes - 2));
        uint retransmit = (uint)(token / 4.2);
        return new TotemTimes(token, token * 6 / 5, (uint)Math.Max(1, (retransmit * 0.8) - 10), retransmit);
    }
}
