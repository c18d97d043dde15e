using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Hosting.Tests;

/// <summary>The samples as processes, connected to a simulated daemon.</summary>
public sealed class SampleTests
{
    private const string Monitor = "quorum_monitor_name=\"default\",quorum_monitor_instance=\"1\"";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Web_sample_answers_health_and_metrics_to_curl()
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        await using NodeProcess web =
            Start("Web", "--urls=http://127.0.0.1:0", $"--Quorum:Endpoint={simulator.Endpoint}");
        string listening = await web.ReadUntilAsync(
            line => line.Contains("Now listening on", StringComparison.Ordinal), Patience);
        string address = listening[listening.IndexOf("http", StringComparison.Ordinal)..];
        string health = await UntilAsync(address + "/health", "\"status\":\"Healthy\"");
        Assert.That(health, Does.Contain("\"members\":\"1 2 3\""));
        string metrics = await UntilAsync(address + "/metrics", "quorum_members");
        Assert.That(
            metrics, Does.Contain("quorum_monitor_state{" + Monitor + ",quorum_state=\"quorate\"} 1"));
        Assert.That(metrics, Does.Contain("quorum_request_duration_seconds_count"));
        Assert.That(metrics, Does.Contain("quorum_monitor_staleness"));
        Assert.That(await CurlAsync(address + "/"), Does.StartWith("at your service"));

        simulator.Cluster.Partition([1], [2, 3]);
        await UntilAsync(address + "/health", "\"status\":\"Unhealthy\"");
        metrics = await UntilAsync(address + "/metrics", """quorum_state="inquorate"} 1""");
        Assert.That(metrics, Does.Contain("quorum_members{" + Monitor + "} 1"));
        simulator.Cluster.Kill(1);
        await UntilAsync(address + "/health", "\"reason\":\"Disconnected\"");
    }

    [Test]
    public async Task Worker_sample_owns_its_file_only_while_quorate()
    {
        string path = Path.Combine(Path.GetTempPath(), $"quorum-owner-{Environment.ProcessId}");
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        await using NodeProcess worker = Start(
            "Worker", $"--Quorum:Endpoint={simulator.Endpoint}", $"--Lock={path}", "--Settle=00:00:00.2");
        await worker.ReadUntilAsync(line => line.Contains("Owner starts", StringComparison.Ordinal), Patience);
        simulator.Cluster.Partition([1], [2, 3]);
        await worker.ReadUntilAsync(line => line.Contains("Owner ended", StringComparison.Ordinal), Patience);
        Assert.That(File.Exists(path), Is.False);
        simulator.Cluster.Heal();
        await worker.ReadUntilAsync(line => line.Contains("Owner starts", StringComparison.Ordinal), Patience);
        worker.Signal(NodeProcess.Terminate);
        Assert.That((await worker.WaitAsync(Patience)).ExitCode, Is.Zero);
    }

    private static NodeProcess Start(string sample, params string[] arguments)
    {
        bool release = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal);
        string configuration = release ? "Release" : "Debug";
        string folder = Path.Combine(Repository.Root, "samples", sample, "bin", configuration, "net10.0");
        return NodeProcess.Start(
            ["dotnet", Path.Combine(folder, sample + ".dll"), .. arguments],
            [new("Logging__Console__FormatterName", "simple")],
            keepOutput: true);
    }

    private static async Task<string> UntilAsync(string address, string expected)
    {
        string last = "";
        for (DateTime end = DateTime.UtcNow + Patience; DateTime.UtcNow < end;)
        {
            last = await CurlAsync(address);
            if (last.Contains(expected, StringComparison.Ordinal))
            {
                return last;
            }
        }

        throw new TimeoutException($"{address} did not say {expected}, but: {last}");
    }

    private static async Task<string> CurlAsync(string address)
    {
        await using NodeProcess curl =
            NodeProcess.Start(["curl", "-s", "--max-time", "10", address], [], keepOutput: true);
        return (await curl.WaitAsync(Patience)).Output;
    }
}
