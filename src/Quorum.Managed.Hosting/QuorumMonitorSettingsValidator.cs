using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Quorum.Managed.Hosting;

// Reports wrong settings when the host starts, before the daemon is needed.
internal sealed class QuorumMonitorSettingsValidator : IValidateOptions<QuorumMonitorSettings>
{
    public ValidateOptionsResult Validate(string? name, QuorumMonitorSettings options)
    {
        if (!Enum.IsDefined(options.InquorateHealth) || options.InquorateHealth == HealthStatus.Healthy)
        {
            return ValidateOptionsResult.Fail("InquorateHealth is Degraded or Unhealthy.");
        }

        try
        {
            options.ToOptions(null).Validate();
            return ValidateOptionsResult.Success;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return ValidateOptionsResult.Fail(e.Message);
        }
    }
}
