using System.Text;
using System.Text.Json;

namespace Quorum.Managed.Gateway;

// The text of a state file, without its line break.
internal static class StateContent
{
    // Not quorate has no end: both ends are null then.
    public static string Of(
        StateFormat format,
        QuorumState state,
        DateTimeOffset? end = null,
        long? leaseEnd = null,
        string? ringId = null)
    {
        if (format == StateFormat.Keepalived)
        {
            return state == QuorumState.Quorate ? "0" : "1";
        }

        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("state", Names.Of(state));
            json.WriteBoolean("quorate", state == QuorumState.Quorate);
            if (end is { } time && leaseEnd is { } boot)
            {
                json.WriteString("validUntil", time);
                json.WriteNumber("leaseEndBoottimeNanoseconds", boot);
            }
            else
            {
                json.WriteNull("validUntil");
                json.WriteNull("leaseEndBoottimeNanoseconds");
            }

            json.WriteString("ringId", ringId);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
