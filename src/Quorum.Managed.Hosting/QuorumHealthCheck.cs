using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Quorum.Managed.Hosting;

/// <summary>Says whether this node is quorate. It reads the monitor and never waits for the daemon.</summary>
/// <remarks>
/// The data of a result: <c>state</c>, <c>reason</c> (while the state is unknown), <c>ringId</c>, <c>members</c>,
/// <c>since</c>, <c>ageSeconds</c> (of the daemon's last confirmation), <c>changing</c>, <c>basis</c> (while quorate),
/// <c>validUntil</c> (with leased assurance), <c>error</c>. Unknown values are left out.
/// </remarks>
public sealed class QuorumHealthCheck : IHealthCheck
{
    private readonly IQuorumMonitor _monitor;
    private readonly IOptions<QuorumMonitorSettings> _settings;

    /// <summary>Creates the check.</summary>
    /// <param name="monitor">The monitor.</param>
    /// <param name="settings">The settings; only <see cref="QuorumMonitorSettings.InquorateHealth"/> is used.</param>
    public QuorumHealthCheck(IQuorumMonitor monitor, IOptions<QuorumMonitorSettings> settings)
    {
        _monitor = monitor;
        _settings = settings;
    }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        QuorumSnapshot snapshot = _monitor.Current;
        HealthStatus status = snapshot.State switch
        {
            QuorumState.Quorate => HealthStatus.Healthy,
            QuorumState.Inquorate => _settings.Value.InquorateHealth,
            _ => context.Registration.FailureStatus,
        };
        return Task.FromResult(new HealthCheckResult(status, snapshot.ToString(), snapshot.Error, Data(snapshot)));
    }

    private Dictionary<string, object> Data(QuorumSnapshot snapshot)
    {
        Dictionary<string, object> data = new(StringComparer.Ordinal)
        {
            ["state"] = snapshot.State.ToString(),
            ["since"] = snapshot.Since,
            ["changing"] = snapshot.IsChanging,
        };
        if (snapshot.UnknownReason != QuorumUnknownReason.None)
        {
            data["reason"] = snapshot.UnknownReason.ToString();
        }

        if (snapshot.RingSequence is { } sequence)
        {
            if (snapshot.RingId is { } ring)
            {
                data["ringId"] = ring.ToString();
            }

            data["ringSequence"] = sequence;
            data["members"] = snapshot.Members.Select(static node => node.Value).ToArray();
        }

        if (snapshot.IsQuorate)
        {
            data["basis"] = snapshot.Basis.ToString();
        }

        if (snapshot.ValidUntil is { } end)
        {
            data["validUntil"] = end;
        }

        if (_monitor.ConfirmationAge is { } age)
        {
            data["ageSeconds"] = age.TotalSeconds;
        }

        if (snapshot.Error is { } error)
        {
            data["error"] = error.Message;
        }

        return data;
    }
}
