using System.CommandLine;

namespace Quorum.Managed.Cli.Commands;

// The options of the commands that go on for a while and use a monitor.
internal sealed class MonitorOptions
{
    private readonly DaemonOptions _daemon;

    private readonly Option<TimeSpan?> _staleness = DurationOption(
        "--max-staleness", "How old corosync's last answer may be; below twice its token time-out is safest. Default: 2s.");

    private readonly Option<TimeSpan?> _recovery = DurationOption(
        "--recovery-settle", "For how long after a silence beyond that corosync's yes is not believed. Default: 5s.");

    public MonitorOptions(Command command, DaemonOptions daemon)
    {
        _daemon = daemon;
        command.Add(_staleness);
        command.Add(_recovery);
    }

    public static Option<TimeSpan?> DurationOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DURATION",
        CustomParser = result =>
        {
            try
            {
                return Durations.Parse(result.Tokens[0].Value);
            }
            catch (FormatException e)
            {
                result.AddError($"{name}: {e.Message}");
                return null;
            }
        },
    };

    public QuorumMonitor Create(ParseResult result)
    {
        QuorumMonitorOptions options = new();
        options = options with
        {
            Name = "quorum",
            // The time-out of these commands is for quorum, not for one attempt to connect.
            Connection = _daemon.Connection(result) with { ConnectTimeout = options.Connection.ConnectTimeout },
            MaxStaleness = result.GetValue(_staleness) ?? options.MaxStaleness,
            RecoverySettleTime = result.GetValue(_recovery) ?? options.RecoverySettleTime,
        };
        try
        {
            return new QuorumMonitor(options);
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message);
        }
    }
}
