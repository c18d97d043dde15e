using System.Text.Json;

namespace Quorum.Managed.Gateway.Tests;

/// <summary>An answer of the gateway.</summary>
internal sealed record GatewayAnswer(int Code, string Type, string Allow, string Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string? Text(string field) => Json.GetProperty(field).GetString();
}
