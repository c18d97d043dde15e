using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// What the daemon's statistics say about its totem token, read before getquorate is asked. All of it is one look, so it
// shows no growth. Times that the daemon does not tell are null.
internal sealed record TokenLook(
    TimeSpan Age,
    TimeSpan Token,
    TimeSpan Consensus,
    ulong Committed,
    ulong Operational,
    TimeSpan? Pause,
    DateTimeOffset? PauseEnd)
{
    // A live ring's token rests at one node for less than this at every usual timing. A younger token needs no limits.
    private static readonly TimeSpan Young = TimeSpan.FromMilliseconds(250);

    // What DateTimeOffset can hold: the year 9999.
    private const ulong LatestTime = 253_402_300_800_000;

    // What the clocks and the daemon's own turn add to its time-outs.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan UnknownLearningTime = TimeSpan.FromSeconds(30);

    // A ring is committed that does not stand yet, or never did.
    public bool IsForming => Committed > Operational;

    // Without a token for that long, the other nodes may have formed a ring without this one.
    public bool IsOld => Age > Token + Consensus;

    // Null if the daemon tells nothing about its token.
    public static TokenLook? Read(CmapConnection statistics, CorosyncConnectionOptions options)
    {
        // It is refreshed every 1.5 s only, and at once when the daemon continues after a stop.
        if (Milliseconds(statistics, "stats.srp.time_since_token_last_received") is not { } age)
        {
            return null;
        }

        ulong committed = statistics.GetUInt64("stats.srp.commit_entered") ?? 0;
        ulong operational = statistics.GetUInt64("stats.srp.operational_entered") ?? committed;
        (TimeSpan? pause, DateTimeOffset? end) = ReadPause(statistics);

        // Until the limits are told, every age but a young one is old.
        TokenLook look = new(age, Young, default, committed, operational, pause, end);
        return age <= Young && pause is null ? look : look.WithLimits(options);
    }

    // How long a daemon that stood still may take to learn that the others have gone on. A cluster whose time-outs are
    // not told may have long ones.
    private TimeSpan LearningTime => Consensus == default ? UnknownLearningTime : Token + Consensus + Margin;

    public bool IsSameRing(TokenLook other) => Committed == other.Committed && Operational == other.Operational;

    // Why the daemon's yes may be one from the past. Null if nothing speaks against it.
    public string? Doubt(DateTimeOffset now)
    {
        if (IsOld)
        {
            return $"corosync says quorate, and has had no token of its ring for {Durations.Format(Age)}. " +
                "The other nodes may have formed a ring without this one.";
        }

        // A daemon that stood still finds old tokens in its sockets, and learns the truth within token and consensus.
        return Pause >= Token
            && (now - PauseEnd!.Value).Duration() < LearningTime
            ? $"corosync says quorate, and stood still for {Durations.Format(Round(Pause.Value))} until " +
                $"{PauseEnd.Value.UtcDateTime:HH:mm:ss} UTC. The other nodes may have formed a ring without this one."
            : null;
    }

    // The looks of the next moment ask again where this fails.
    private TokenLook WithLimits(CorosyncConnectionOptions options)
    {
        try
        {
            using CmapConnection configuration = CmapConnection.Connect(options);
            return Milliseconds(configuration, "runtime.config.totem.token") is { } token
                && Milliseconds(configuration, "runtime.config.totem.consensus") is { } consensus
                    ? this with { Token = token, Consensus = consensus }
                    : this;
        }
        catch (QuorumException)
        {
            return this;
        }
    }

    // The newest time for which the daemon was not scheduled. corosync before 3.0.4 does not tell.
    private static (TimeSpan? Pause, DateTimeOffset? End) ReadPause(CmapConnection statistics) =>
        statistics.TryGet("stats.schedmiss.0.delay", out CmapValue delay)
            && delay.TryGetDouble(out double milliseconds)
            && milliseconds is >= 0 and < int.MaxValue
            && statistics.GetUInt64("stats.schedmiss.0.timestamp") is { } time and < LatestTime
                ? (TimeSpan.FromMilliseconds(milliseconds), DateTimeOffset.FromUnixTimeMilliseconds((long)time))
                : (null, null);

    private static TimeSpan? Milliseconds(CmapConnection map, string key) =>
        map.GetUInt64(key) is { } value ? TimeSpan.FromMilliseconds(Math.Min(value, int.MaxValue)) : null;

    private static TimeSpan Round(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Round(time.TotalMilliseconds));
}
