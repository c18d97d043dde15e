using System.Collections.ObjectModel;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Hosting;

/// <summary>The monitor's options in a form that configuration can bind. Checked when the host starts.</summary>
/// <remarks>
/// For example <c>{ "Quorum": { "Endpoint": "/run/quorum", "MaxStaleness": "00:00:02" } }</c> in appsettings.json.
/// </remarks>
public sealed class QuorumMonitorSettings
{
    private const string DefaultEndpoint = "default";

    private static readonly QuorumMonitorOptions Defaults = new();

    /// <summary>Defaults to <c>default</c>. See <see cref="QuorumMonitorOptions.Name"/>.</summary>
    public string Name { get; set; } = Defaults.Name;

    /// <summary>
    /// Defaults to <c>default</c>: <see cref="QuorumEndpoint.Default"/>, which reads the environment variable
    /// QUORUM_ENDPOINT. See <see cref="QuorumEndpoint.Parse"/> for the syntax.
    /// </summary>
    public string Endpoint { get; set; } = DefaultEndpoint;

    /// <summary>
    /// Defaults to <c>/dev/shm</c>. See <see cref="CorosyncConnectionOptions.SharedMemoryDirectory"/>.
    /// </summary>
    public string SharedMemoryDirectory { get; set; } = Defaults.Connection.SharedMemoryDirectory;

    /// <summary>Defaults to 5 s. See <see cref="CorosyncConnectionOptions.ConnectTimeout"/>.</summary>
    public TimeSpan ConnectTimeout { get; set; } = Defaults.Connection.ConnectTimeout;

    /// <summary>
    /// Defaults to none. See <see cref="CorosyncConnectionOptions.AdditionalTrustedUids"/>.
    /// </summary>
    public Collection<uint> AdditionalTrustedUids { get; } = [];

    /// <summary>
    /// Defaults to 64 KiB; in bytes. See <see cref="CorosyncConnectionOptions.MaxMessageSize"/>.
    /// </summary>
    public int MaxMessageSize { get; set; } = Defaults.Connection.MaxMessageSize;

    /// <summary>
    /// Defaults to <see cref="QuorumModel.V1"/>. See <see cref="QuorumConnectionOptions.Model"/>.
    /// </summary>
    public QuorumModel Model { get; set; } = Defaults.Connection.Model;

    /// <summary>
    /// Defaults to <see langword="null"/>: yes. See <see cref="QuorumConnectionOptions.FallBackToV0"/>.
    /// </summary>
    public bool? FallBackToV0 { get; set; } = Defaults.Connection.FallBackToV0;

    /// <summary>
    /// Defaults to <see langword="false"/>. See <see cref="QuorumConnectionOptions.AssumeModelV1"/>.
    /// </summary>
    public bool AssumeModelV1 { get; set; } = Defaults.Connection.AssumeModelV1;

    /// <summary>Defaults to 2 s. See <see cref="QuorumMonitorOptions.MaxStaleness"/>.</summary>
    public TimeSpan MaxStaleness { get; set; } = Defaults.MaxStaleness;

    /// <summary>
    /// Defaults to a quarter of <see cref="MaxStaleness"/>. See <see cref="QuorumMonitorOptions.ProbeInterval"/>.
    /// </summary>
    public TimeSpan? ProbeInterval { get; set; }

    /// <summary>
    /// Defaults to <see cref="QuorumAssurance.Live"/>. See <see cref="QuorumMonitorOptions.Assurance"/>.
    /// </summary>
    public QuorumAssurance Assurance { get; set; } = Defaults.Assurance;

    /// <summary>Defaults to 100 ms. See <see cref="QuorumMonitorOptions.LeaseMargin"/>.</summary>
    public TimeSpan LeaseMargin { get; set; } = Defaults.LeaseMargin;

    /// <summary>
    /// Defaults to <see langword="null"/>: derived. See <see cref="QuorumMonitorOptions.RecoverySettleTime"/>.
    /// </summary>
    public TimeSpan? RecoverySettleTime { get; set; } = Defaults.RecoverySettleTime;

    /// <summary>
    /// Defaults to <see langword="false"/>. See <see cref="QuorumMonitorOptions.IncludeVotes"/>.
    /// </summary>
    public bool IncludeVotes { get; set; } = Defaults.IncludeVotes;

    /// <summary>
    /// Defaults to <see langword="false"/>. See <see cref="QuorumMonitorOptions.IncludeNames"/>.
    /// </summary>
    public bool IncludeNames { get; set; } = Defaults.IncludeNames;

    /// <summary>Defaults to 100 ms. See <see cref="QuorumMonitorOptions.ReconnectDelay"/>.</summary>
    public TimeSpan ReconnectDelay { get; set; } = Defaults.ReconnectDelay;

    /// <summary>Defaults to 5 s. See <see cref="QuorumMonitorOptions.ReconnectMaxDelay"/>.</summary>
    public TimeSpan ReconnectMaxDelay { get; set; } = Defaults.ReconnectMaxDelay;

    /// <summary>
    /// Defaults to <see cref="HealthStatus.Unhealthy"/>, which ASP.NET answers with 503. The status of the health check
    /// while this node is inquorate. <see cref="HealthStatus.Degraded"/> is for services that work without quorum too.
    /// </summary>
    public HealthStatus InquorateHealth { get; set; } = HealthStatus.Unhealthy;

    internal QuorumMonitorOptions ToOptions(Action<Exception>? unobservedError) => new()
    {
        Name = Name,
        Connection = new QuorumConnectionOptions
        {
            Endpoint = string.Equals(Endpoint, DefaultEndpoint, StringComparison.Ordinal)
                ? QuorumEndpoint.Default
                : QuorumEndpoint.Parse(Endpoint),
            SharedMemoryDirectory = SharedMemoryDirectory,
            ConnectTimeout = ConnectTimeout,
            AdditionalTrustedUids = AdditionalTrustedUids,
            MaxMessageSize = MaxMessageSize,
            Model = Model,
            FallBackToV0 = FallBackToV0,
            AssumeModelV1 = AssumeModelV1,
        },
        MaxStaleness = MaxStaleness,
        ProbeInterval = ProbeInterval,
        Assurance = Assurance,
        LeaseMargin = LeaseMargin,
        RecoverySettleTime = RecoverySettleTime,
        IncludeVotes = IncludeVotes,
        IncludeNames = IncludeNames,
        ReconnectDelay = ReconnectDelay,
        ReconnectMaxDelay = ReconnectMaxDelay,
        UnobservedError = unobservedError,
    };
}
