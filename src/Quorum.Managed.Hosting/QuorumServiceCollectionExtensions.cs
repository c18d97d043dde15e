using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Quorum.Managed.Hosting;

/// <summary>Registers a <see cref="QuorumMonitor"/> that the host starts and stops.</summary>
public static class QuorumServiceCollectionExtensions
{
    /// <summary>Adds the monitor as a singleton.</summary>
    /// <remarks>
    /// Add the monitor before the services that use it. The host stops services in reverse order, so it then stops the
    /// monitor last.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; <see langword="null"/> for the defaults.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddQuorumMonitor(
        this IServiceCollection services, Action<QuorumMonitorSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<QuorumMonitorSettings> builder = services.AddOptions<QuorumMonitorSettings>();
        if (configure is not null)
        {
            builder.Configure(configure);
        }

        return Add(services, builder);
    }

    /// <summary>Adds the monitor as a singleton with options from configuration.</summary>
    /// <remarks>
    /// Add the monitor before the services that use it. The host stops services in reverse order, so it then stops the
    /// monitor last.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section, for example <c>builder.Configuration.GetSection("Quorum")</c>.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddQuorumMonitor(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, services.AddOptions<QuorumMonitorSettings>().Bind(configuration));
    }

    private static IServiceCollection Add(IServiceCollection services, OptionsBuilder<QuorumMonitorSettings> builder)
    {
        builder.ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<QuorumMonitorSettings>, QuorumMonitorSettingsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(static provider =>
        {
            ILogger logger = provider.GetRequiredService<ILogger<QuorumMonitor>>();
            QuorumMonitorSettings settings = provider.GetRequiredService<IOptions<QuorumMonitorSettings>>().Value;
            QuorumMonitorOptions options = settings.ToOptions(error => logger.HandlerFailed(error));
            return new QuorumMonitor(options, provider.GetRequiredService<TimeProvider>());
        });
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, QuorumMonitorService>());
        return services;
    }
}
