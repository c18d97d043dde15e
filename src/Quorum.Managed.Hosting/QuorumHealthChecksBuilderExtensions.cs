using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Quorum.Managed.Hosting;

/// <summary>Registers the health check of the monitor.</summary>
public static class QuorumHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a health check of the monitor. The monitor is added by a method of
    /// <see cref="QuorumServiceCollectionExtensions"/>.
    /// </summary>
    /// <remarks>
    /// The check is <see cref="HealthStatus.Healthy"/> while this node is quorate, and
    /// <see cref="QuorumMonitorSettings.InquorateHealth"/> while it is inquorate.
    /// </remarks>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">
    /// The status while the state is unknown; <see langword="null"/> for <see cref="HealthStatus.Unhealthy"/>.
    /// </param>
    /// <param name="tags">Tags to select the check by; may be <see langword="null"/>.</param>
    /// <param name="serviceKey">
    /// The key of the monitor, as given to <c>AddKeyedQuorumMonitor</c>;
    /// <see langword="null"/> for the monitor without a key.
    /// </param>
    /// <returns>The health checks.</returns>
    public static IHealthChecksBuilder AddQuorum(
        this IHealthChecksBuilder builder,
        string name = "quorum",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        string? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(
            name,
            provider => Create(provider, serviceKey),
            failureStatus,
            tags));
    }

    private static QuorumHealthCheck Create(IServiceProvider provider, string? serviceKey)
    {
        IQuorumMonitor monitor = serviceKey is null
            ? provider.GetRequiredService<IQuorumMonitor>()
            : provider.GetRequiredKeyedService<IQuorumMonitor>(serviceKey);
        QuorumMonitorSettings settings = provider.GetRequiredService<IOptionsMonitor<QuorumMonitorSettings>>()
            .Get(serviceKey ?? Options.DefaultName);
        return new QuorumHealthCheck(monitor, Options.Create(settings));
    }
}
