using System.Text.Json;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Gateway.Tests;

/// <summary>What is written about the metrics, beside what a gateway serves.</summary>
public sealed partial class DashboardTests : SimulatedFixture
{
    [Test]
    public async Task Dashboard_uses_metrics_that_exist()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy/grafana/quorum.json"));
        string[] used =
        [
            .. Expressions(JsonDocument.Parse(text).RootElement)
                .SelectMany(static expression => Names().Matches(expression))
                .Select(static match => match.Value)
                .Distinct(StringComparer.Ordinal),
        ];
        Assert.That(used, Has.Length.GreaterThan(10));
        Assert.That(used, Is.SubsetOf(await ServedAsync()));
    }

    [Test]
    public async Task Each_metric_is_described_and_no_other()
    {
        string text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "protocol-docs/gateway.md"));
        string[] described = [.. Rows().Matches(text).Select(static match => match.Groups["name"].Value)];
        Assert.That(described, Is.EquivalentTo(await ServedAsync()));
    }

    private async Task<string[]> ServedAsync()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        await gateway.UntilAsync("quorate");
        GatewayAnswer answer = await gateway.GetUntilAsync(
            "/metrics", each => each.Body.Contains("# TYPE quorum_link_up", StringComparison.Ordinal), "the links");
        return [.. Types().Matches(answer.Body).Select(static match => match.Groups["name"].Value)];
    }

    private static IEnumerable<string> Expressions(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(static property => property.Name == "expr"
            ? [property.Value.GetString()!]
            : Expressions(property.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Expressions),
        _ => [],
    };

    [GeneratedRegex(@"\b(quorum|ha_cluster)_[a-z_]+\b", RegexOptions.ExplicitCapture)]
    private static partial Regex Names();

    [GeneratedRegex("^# TYPE (?<name>[a-z_]+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Types();

    [GeneratedRegex(
        @"^\| `(?<name>(quorum|ha_cluster)_[a-z_]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Rows();
}
