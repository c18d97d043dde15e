using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// How long a lease runs, and how long a ring waits for the leases of nodes that it excludes. Both follow from the
// daemon's time-outs. Invariant: no node's lease is longer than any other node's wait, also while the nodes read a
// change of the time-outs one after the other.
internal sealed class LeaseTerms(TimeSpan margin, TimeProvider time)
{
    // The time-outs are read again this often: a reload of the configuration changes them.
    private static readonly TimeSpan ReadEvery = TimeSpan.FromSeconds(1);

    // All nodes have read a change after this.
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(30);

    private long? _readAt;
    private TimeSpan _shortest;
    private TimeSpan _longest;
    private long _changedAt;

    public TokenTiming? Timing { get; private set; }

    // Why there can be no lease; null if there can.
    public QuorumException? Refusal { get; private set; }

    public bool IsDue => _readAt is not { } at || time.GetElapsedTime(at) >= ReadEvery;

    public TimeSpan Lease => _shortest - margin;

    public TimeSpan Wait => _longest;

    // What a lease has left just before it is renewed, at the least.
    public TimeSpan? LeastLeft => Timing is { } timing && Refusal is null ? Lease - Renewal(timing) : null;

    public void ReadAgain() => _readAt = null;

    // True if they are others than before.
    public bool Read(TokenTiming? timing)
    {
        _readAt = time.GetTimestamp();
        bool changed = timing != Timing;
        if (timing is { } read && changed)
        {
            bool first = Timing is null && _longest == TimeSpan.Zero;
            _shortest = first || read.Consensus < _shortest ? read.Consensus : _shortest;
            _longest = first || read.Consensus > _longest ? read.Consensus : _longest;
            _changedAt = _readAt.Value;
        }
        else if (timing is { } same && time.GetElapsedTime(_changedAt) > Spread + _longest)
        {
            _shortest = _longest = same.Consensus;
        }

        Timing = timing;
        Refusal = timing is { } terms ? Check(terms) : Refuse(
            "the daemon's totem time-outs cannot be read",
            "Let this process reach corosync's cmap service beside the quorum service");
        return changed;
    }

    public void StatisticsUnavailable() => Refusal = Refuse(
        "the daemon's statistics cannot be read",
        "Let this process reach the cmap service of a corosync 3 beside the quorum service");

    // A lease starts with a token, the next two prove it, and the one after that renews it. Each comes within 0.9 of
    // the retransmit time-out.
    private static TimeSpan Renewal(TokenTiming timing) => timing.Retransmit * 2.7;

    private static string Text(TimeSpan time) =>
        time.TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture) + " ms";

    private static QuorumException Refuse(string why, string remedy) => new(
        CorosyncError.NotSupported,
        0,
        IpcStage.Request,
        $"There is no lease: {why}. {remedy}, or use {nameof(QuorumAssurance)}.{nameof(QuorumAssurance.Live)}.");

    private QuorumException? Check(TokenTiming timing)
    {
        TimeSpan needed = Renewal(timing);
        if (Lease <= needed)
        {
            return Refuse(
                $"the consensus time-out ({Text(_shortest)}) less the margin ({Text(margin)}) leaves {Text(Lease)}, "
                + $"and its renewal takes up to {Text(needed)}, which is 2.7 times token_retransmit",
                "Set a longer totem.consensus, or a smaller LeaseMargin");
        }

        return timing.Hold > TimeSpan.Zero && timing.Hold < timing.Retransmit * 0.83
            ? null
            : Refuse(
                $"totem.hold ({Text(timing.Hold)}) must lie below 0.83 of totem.token_retransmit "
                + $"({Text(timing.Retransmit)}), so that a token can be told from one that was sent again",
                "Leave both to corosync");
    }
}
