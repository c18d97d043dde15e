using System.CommandLine;

namespace Quorum.Managed.Cli;

// The options of the commands that use a monitor.
internal sealed class MonitorArguments
{
    // exec continues a suspended command after the next answer, so that must come soon whatever --max-staleness is.
    private static readonly TimeSpan LongestProbeInterval = TimeSpan.FromMilliseconds(500);

    private readonly DaemonArguments _daemon;

    private readonly Option<TimeSpan?> _staleness = ParsedOption.Duration(
        "--max-staleness",
        "How old corosync's last answer may be before the state is unknown. " +
        "Less than twice corosync's token time-out is safest. Default: 2s.");

    private readonly Option<TimeSpan?> _recovery = ParsedOption.Duration(
        "--recovery-settle",
        "How long to distrust \"quorate\" after corosync was silent for longer than --max-staleness. "
        + "Default: until corosync's token counter proves that its ring is alive.");

    public MonitorArguments(Command command, DaemonArguments daemon)
    {
        _daemon = daemon;
        command.Add(_staleness);
        command.Add(_recovery);
    }

    public TimeSpan MaxStaleness(ParseResult result) =>
        result.GetValue(_staleness) ?? new QuorumMonitorOptions().MaxStaleness;

    public QuorumMonitor Create(ParseResult result, bool strict = false, TimeSpan? leaseMargin = null)
    {
        QuorumMonitorOptions options = new();
        TimeSpan quarter = MaxStaleness(result) / 4;
        options = options with
        {
            Name = "quorum",
            // --timeout of these commands limits the wait for quorum, not one attempt to connect.
            Connection = _daemon.Connection(result) with { ConnectTimeout = options.Connection.ConnectTimeout },
            Assurance = strict ? QuorumAssurance.Leased : options.Assurance,
            LeaseMargin = leaseMargin ?? options.LeaseMargin,
            MaxStaleness = MaxStaleness(result),
            ProbeInterval = quarter < LongestProbeInterval ? quarter : LongestProbeInterval,
            RecoverySettleTime = result.GetValue(_recovery) ?? options.RecoverySettleTime,
        };
        try
        {
            return new QuorumMonitor(options);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new UsageException(e.Message);
        }
    }
}
