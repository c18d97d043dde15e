using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Quorum.Managed.Samples.Web;

// Writes the health report, with the data of each check, as JSON.
internal static class HealthJson
{
    public static string Write(HealthReport report)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream))
        {
            json.WriteStartObject();
            json.WriteString("status", report.Status.ToString());
            foreach ((string name, HealthReportEntry entry) in report.Entries)
            {
                json.WriteStartObject(name);
                json.WriteString("status", entry.Status.ToString());
                foreach ((string key, object value) in entry.Data)
                {
                    json.WriteString(
                        key, value is uint[] nodes ? string.Join(' ', nodes) : FormattableString.Invariant($"{value}"));
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }
}
