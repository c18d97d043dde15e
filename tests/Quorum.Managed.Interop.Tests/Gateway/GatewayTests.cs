using System.Globalization;
using System.Text.RegularExpressions;
using Quorum.Managed.Gateway.Tests;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The gateway beside real daemons, through what happens to a cluster.</summary>
public sealed partial class GatewayTests : CorosyncFixture
{
    private string _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("quorum-gateway-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task Rings_and_votes_of_a_transport_that_tests_no_links_are_right_through_a_partition()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3 });
        await using GatewayProcess gateway =
            await NodeGateway.StartAsync(cluster, 1, _folder, "--assurance", "live");
        await AssertAsync(cluster, gateway, "quorate", [1, 2, 3], isLeased: false);
        await cluster.PartitionAsync("1", "2 3");
        await cluster.WaitMembersAsync([1], quorate: false);
        await AssertAsync(cluster, gateway, "inquorate", [1]);
    }

    [Test]
    public async Task Each_path_is_right_through_partition_heal_stop_and_death()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Nodes = 3, Transport = ClusterTransport.Knet });
        await using GatewayProcess gateway = await NodeGateway.StartAsync(cluster, 1, _folder);
        await AssertAsync(cluster, gateway, "quorate", [1, 2, 3]);

        await cluster.PartitionAsync("1", "2 3");
        await cluster.WaitMembersAsync([1], quorate: false);
        await AssertAsync(cluster, gateway, "inquorate", [1]);
        await cluster.HealAsync();
        await cluster.WaitMembersAsync([1, 2, 3], quorate: true);
        await AssertAsync(cluster, gateway, "quorate", [1, 2, 3]);

        await cluster.PauseAsync(1);
        GatewayAnswer answer = await gateway.UntilAsync("unknown");
        Assert.That(answer.Code, Is.EqualTo(503));
        Assert.That(answer.Text("reason"), Is.AnyOf("stale", "leaseExpired", "disconnected"));
        Assert.That((await gateway.GetAsync("/livez")).Code, Is.EqualTo(200));
        Assert.That((await MetricsAsync(gateway))["quorum_state{state=\"unknown\"}"], Is.EqualTo(1));
        Assert.That((await MetricsAsync(gateway))["ha_cluster_corosync_quorate"], Is.Zero);
        await cluster.ContinueAsync(1);
        await gateway.UntilAsync("quorate");

        await cluster.KillAsync(1);
        answer = await gateway.GetUntilAsync(
            "/readyz", each => each.Text("reason") == "disconnected", "the daemon's death");
        Assert.That(answer.Code, Is.EqualTo(503));
        Assert.That(answer.Text("error"), Is.Not.Empty);
        await cluster.StartNodeAsync(1);
        await gateway.UntilAsync("quorate");
        Assert.That(gateway.Process.Error, Does.Not.Contain("fail:").And.Not.Contain("crit:"));
    }

    [Test]
    public async Task One_cut_link_of_two_is_one_ring_error_as_cfgtool_has_it()
    {
        CorosyncClusterOptions options = new() { Nodes = 3, Transport = ClusterTransport.Knet, SecondLink = true };
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(options);
        await using GatewayProcess gateway = await NodeGateway.StartAsync(cluster, 1, _folder);
        await UntilErrorsAsync(0);
        await cluster.UnplugAsync(3);
        Samples samples = await UntilErrorsAsync(1);
        Assert.Multiple(() =>
        {
            Assert.That(Rings(samples), Is.EqualTo((string[])["0 1", "1 0"]));
            Assert.That(samples["quorum_link_up{node=\"node3\",node_id=\"3\",link=\"1\"}"], Is.Zero);
            Assert.That(samples["quorum_link_up{node=\"node3\",node_id=\"3\",link=\"0\"}"], Is.EqualTo(1));
            Assert.That(samples["quorum_link_up{node=\"node2\",node_id=\"2\",link=\"1\"}"], Is.EqualTo(1));
            Assert.That(samples["quorum_link_latency_seconds{node=\"node2\",node_id=\"2\",link=\"0\"}"], Is.Positive);
            Assert.That(
                samples["quorum_link_down_total{node=\"node3\",node_id=\"3\",link=\"1\"}"],
                Is.GreaterThanOrEqualTo(1));
        });
        string cfgtool = (await cluster.Node(1).RunAsync("corosync-cfgtool", "-s")).Output;
        Assert.That(Disconnected().Count(cfgtool), Is.EqualTo(1), cfgtool);

        async Task<Samples> UntilErrorsAsync(double count)
        {
            GatewayAnswer answer = await gateway.GetUntilAsync(
                "/metrics",
                each => new Samples(each.Body) is var read
                    && read.Of("ha_cluster_corosync_rings").Count() == 2
                    && read["ha_cluster_corosync_ring_errors"].Equals(count),
                $"{count} ring errors");
            return new Samples(answer.Body);
        }
    }

    private static async Task AssertAsync(
        CorosyncCluster cluster, GatewayProcess gateway, string state, int[] members, bool isLeased = true)
    {
        GatewayAnswer ready = await gateway.UntilAsync(state);
        Assert.That(ready.Code, Is.EqualTo(state == "quorate" ? 200 : 503));
        // Votes and links are read a moment later.
        GatewayAnswer status = await gateway.GetUntilAsync(
            "/status",
            answer => answer.Json.GetProperty("nodes").EnumerateArray().Count(node =>
                node.GetProperty("state").GetString() == "member") == members.Length
                && answer.Json.GetProperty("members").GetArrayLength() == members.Length
                && answer.Json.GetProperty("votes").GetProperty("total").GetInt32() == members.Length,
            "the members");
        string tool = (await cluster.Node(1).RunAsync("corosync-quorumtool", "-s")).Output;
        Assert.That(Field(tool, "Ring ID"), Is.EqualTo(status.Text("ringId")), tool);
        Assert.That(Field(tool, "Quorate"), Is.EqualTo(state == "quorate" ? "Yes" : "No"));

        GatewayAnswer metrics = await gateway.GetUntilAsync(
            "/metrics",
            answer => Rings(new Samples(answer.Body)).SequenceEqual((string[])[members.Length == 3 ? "0 1" : "0 0"]),
            "the ring's health");
        Samples samples = new(metrics.Body);
        Assert.Multiple(() =>
        {
            Assert.That(samples["ha_cluster_corosync_quorate"], Is.EqualTo(state == "quorate" ? 1 : 0));
            Assert.That(samples["ha_cluster_corosync_ring_errors"], Is.EqualTo(members.Length == 3 ? 0 : 1));
            Assert.That(Votes("expected_votes"), Is.EqualTo(Number("Expected votes")));
            Assert.That(Votes("highest_expected"), Is.EqualTo(Number("Highest expected")));
            Assert.That(Votes("total_votes"), Is.EqualTo(Number("Total votes")));
            Assert.That(Votes("quorum"), Is.EqualTo(Number("Quorum")));
            Assert.That(samples.Of("ha_cluster_corosync_member_votes").Count(), Is.EqualTo(members.Length));
            Assert.That(
                samples["ha_cluster_corosync_member_votes{local=\"true\",node=\"node1\",node_id=\"1\"}"],
                Is.EqualTo(1));
            Assert.That(samples["quorum_members"], Is.EqualTo(members.Length));
            Assert.That(
                samples["quorum_lease_remaining_seconds"], state == "quorate" && isLeased ? Is.Positive : Is.Zero);
        });

        double Votes(string type) => samples[$"ha_cluster_corosync_quorum_votes{{type=\"{type}\"}}"];
        double Number(string name) => double.Parse(Field(tool, name).Split(' ')[0], CultureInfo.InvariantCulture);
    }

    // Each ring's number and value.
    private static IEnumerable<string> Rings(Samples samples) => samples.Of("ha_cluster_corosync_rings")
        .Select(static ring => $"{NumberLabel().Match(ring.Labels).Groups["number"].Value} {ring.Value}")
        .Order(StringComparer.Ordinal);

    private static async Task<Samples> MetricsAsync(GatewayProcess gateway) =>
        new((await gateway.GetAsync("/metrics")).Body);

    private static string Field(string tool, string name) =>
        Fields().Matches(tool).First(match => match.Groups["name"].Value == name).Groups["value"].Value.Trim();

    [GeneratedRegex(
        @"^(?<name>[\w ]+):(?<value>.*)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Fields();

    [GeneratedRegex("number=\"(?<number>[0-9]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex NumberLabel();

    [GeneratedRegex(@"nodeid: +\d+:\s+disconnected", RegexOptions.ExplicitCapture)]
    private static partial Regex Disconnected();
}
