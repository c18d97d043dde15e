using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Quorum.Managed.Hosting;

/// <summary>Registers the health check of the monitor.</summary>
public static class QuorumHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check that is healthy while this node is quorate, says <see cref="QuorumMonitorSettings.InquorateHealth"/> while it is not, and fails while nothing is known.
    /// Needs <see cref="QuorumServiceCollectionExtensions.AddQuorumMonitor(IServiceCollection, Action{QuorumMonitorSettings}?)"/>.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The check's name.</param>
    /// <param name="failureStatus">What it says while nothing is known; <see langword="null"/> for <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">Tags to select it by; may be <see langword="null"/>.</param>
    /// <returns>The health checks.</returns>
    public static IHealthChecksBuilder AddQuorum(
        this IHealthChecksBuilder builder, string name = "quorum", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, static provider => ActivatorUtilities.CreateInstance<QuorumHealthCheck>(provider), failureStatus, tags));
    }
}
