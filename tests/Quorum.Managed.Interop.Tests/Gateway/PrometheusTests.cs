using Quorum.Managed.Gateway.Tests;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The metrics as Prometheus' own programs take them (Debian: prometheus).</summary>
public sealed class PrometheusTests : CorosyncFixture
{
    private string _folder = null!;

    [SetUp]
    public void CreateFolder()
    {
        string[] missing = [.. new[] { "prometheus", "promtool" }.Where(static name => !Corosync.IsInstalled(name))];
        Requirement.Check(
            missing.Length > 0 ? $"not installed: {string.Join(", ", missing)}" : null, Assert.Ignore, Assert.Fail);
        _folder = Directory.CreateTempSubdirectory("quorum-prometheus-").FullName;
    }

    [TearDown]
    public void DeleteFolder()
    {
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public async Task Prometheus_finds_no_fault_scrapes_them_and_sees_a_partition()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { Nodes = 3, Transport = ClusterTransport.Knet });
        CorosyncNode node = cluster.Node(1);
        await using GatewayProcess gateway =
            await NodeGateway.StartAsync(
                cluster, 1, _folder, "--listen", "127.0.0.1:9764", "--assurance", "live");
        await gateway.UntilAsync("quorate");
        await AssertLintAsync(gateway);

        await File.WriteAllTextAsync(
            Path.Combine(_folder, "prometheus.yml"),
            """
            global: { scrape_interval: 200ms }
            scrape_configs:
              - job_name: quorum
                static_configs: [{ targets: ["127.0.0.1:9764"] }]
            """);
        await using NodeProcess prometheus = node.Start(
            "prometheus",
            $"--config.file={_folder}/prometheus.yml",
            $"--storage.tsdb.path={_folder}/data",
            "--web.listen-address=127.0.0.1:9990");
        await UntilAsync("up{job=\"quorum\"}", "1");
        await UntilAsync("quorum_state{state=\"quorate\"}", "1");
        await UntilAsync("sum(ha_cluster_corosync_member_votes)", "3");
        await UntilAsync("ha_cluster_corosync_ring_errors", "0");

        await cluster.PartitionAsync("1", "2 3");
        await UntilAsync("quorum_state{state=\"inquorate\"}", "1");
        await UntilAsync("ha_cluster_corosync_quorate", "0");
        await UntilAsync("count(ha_cluster_corosync_member_votes)", "1");
        await UntilAsync("ha_cluster_corosync_ring_errors", "1");
        await AssertLintAsync(gateway);

        await cluster.KillAsync(1);
        await UntilAsync("quorum_state{state=\"unknown\"}", "1");
        await UntilAsync("up{job=\"quorum\"}", "1");
        await AssertLintAsync(gateway);

        async Task UntilAsync(string query, string value)
        {
            using CancellationTokenSource limit = new(Wait.Bound);
            string answer;
            do
            {
                Assert.That(limit.IsCancellationRequested, Is.False, $"{query} is not {value}: {prometheus.Error}");
                answer = (await node.RunAsync(
                    "promtool", "query", "instant", "http://127.0.0.1:9990", query)).Output;
            }
            while (!answer.Contains($"=> {value} @", StringComparison.Ordinal));
        }
    }

    private async Task AssertLintAsync(GatewayProcess gateway)
    {
        string file = Path.Combine(_folder, "metrics");
        await File.WriteAllTextAsync(file, (await gateway.GetAsync("/metrics")).Body);
        await using NodeProcess lint = NodeProcess.Start(
            ["bash", "-c", $"promtool check metrics <{file}"], [], keepOutput: true);
        CommandResult result = await lint.WaitAsync(Wait.Bound);
        Assert.That((result.ExitCode, result.Output + result.Error), Is.EqualTo((0, "")));
    }
}
