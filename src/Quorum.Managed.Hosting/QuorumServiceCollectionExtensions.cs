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

    /// <summary>
    /// Adds a monitor as a keyed singleton, for a process that watches several clusters: one key a cluster.
    /// </summary>
    /// <remarks>
    /// Inject it by <c>[FromKeyedServices("KEY")] IQuorumMonitor monitor</c>. Add each monitor before the services that
    /// use it. A second call with the same key only adds to the settings.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="serviceKey">The key. It is also the monitor's name, unless the settings have another.</param>
    /// <param name="configure">Sets the options, such as the endpoint.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static IServiceCollection AddKeyedQuorumMonitor(
        this IServiceCollection services, string serviceKey, Action<QuorumMonitorSettings>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        OptionsBuilder<QuorumMonitorSettings> builder = AddKeyedOptions(services, serviceKey);
        if (configure is not null)
        {
            builder.Configure(configure);
        }

        return Add(services, builder, serviceKey);
    }

    /// <summary>Adds a monitor as a keyed singleton with options from configuration.</summary>
    /// <remarks>See <see cref="AddKeyedQuorumMonitor(IServiceCollection, string, Action{QuorumMonitorSettings})"/>.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="serviceKey">The key. It is also the monitor's name, unless the settings have another.</param>
    /// <param name="configuration">The section, for example <c>GetSection("Clusters:east")</c>.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentException">The key is empty.</exception>
    public static IServiceCollection AddKeyedQuorumMonitor(
        this IServiceCollection services, string serviceKey, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(serviceKey);
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, AddKeyedOptions(services, serviceKey).Bind(configuration), serviceKey);
    }

    private static OptionsBuilder<QuorumMonitorSettings> AddKeyedOptions(IServiceCollection services, string key) =>
        services.AddOptions<QuorumMonitorSettings>(key).Configure(settings =>
        {
            // An earlier call of the same key may have set another name.
            if (string.Equals(settings.Name, new QuorumMonitorSettings().Name, StringComparison.Ordinal))
            {
                settings.Name = key;
            }
        });

    private static IServiceCollection Add(
        IServiceCollection services, OptionsBuilder<QuorumMonitorSettings> builder, string? key = null)
    {
        builder.ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<QuorumMonitorSettings>, QuorumMonitorSettingsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        if (key is null)
        {
            services.TryAddSingleton(static provider => Create(provider, Options.DefaultName));
            services.TryAddSingleton<IQuorumMonitor>(static provider => provider.GetRequiredService<QuorumMonitor>());
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, QuorumMonitorService>());
        }
        else if (!services.Any(known => known.ServiceType == typeof(QuorumMonitor) && Equals(known.ServiceKey, key)))
        {
            services.AddKeyedSingleton(key, static (provider, key) => Create(provider, (string)key!));
            services.TryAddKeyedSingleton<IQuorumMonitor>(
                key, static (provider, key) => provider.GetRequiredKeyedService<QuorumMonitor>(key));
            services.AddSingleton<IHostedService>(provider => new QuorumMonitorService(
                provider.GetRequiredKeyedService<QuorumMonitor>(key),
                provider.GetRequiredService<ILogger<QuorumMonitor>>()));
        }

        return services;
    }

    private static QuorumMonitor Create(IServiceProvider provider, string options)
    {
        ILogger logger = provider.GetRequiredService<ILogger<QuorumMonitor>>();
        QuorumMonitorSettings settings =
            provider.GetRequiredService<IOptionsMonitor<QuorumMonitorSettings>>().Get(options);
        return new QuorumMonitor(
            settings.ToOptions(error => logger.HandlerFailed(error)), provider.GetRequiredService<TimeProvider>());
    }
}
