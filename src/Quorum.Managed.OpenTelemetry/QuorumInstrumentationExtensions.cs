using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Quorum.Managed.OpenTelemetry;

/// <summary>Adds the metrics and traces of all monitors of the process to OpenTelemetry.</summary>
/// <remarks>protocol-docs/monitor.md, "Metrics and traces", lists them.</remarks>
public static class QuorumInstrumentationExtensions
{
    /// <summary>Collects the metrics of monitors: state, members, lease, connects, time of requests.</summary>
    /// <param name="builder">The provider of metrics.</param>
    /// <returns>The provider of metrics.</returns>
    public static MeterProviderBuilder AddQuorumInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(QuorumTelemetry.MeterName);
    }

    /// <summary>Collects the traces of monitors: each connect and each request.</summary>
    /// <param name="builder">The provider of traces.</param>
    /// <returns>The provider of traces.</returns>
    public static TracerProviderBuilder AddQuorumInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(QuorumTelemetry.ActivitySourceName);
    }
}
