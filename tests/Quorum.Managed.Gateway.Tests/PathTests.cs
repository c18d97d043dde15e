using System.Globalization;
using System.Text;
using System.Text.Json;
using Quorum.Managed.Testing;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Gateway.Tests;

public sealed class PathTests : SimulatedFixture
{
    [Test]
    public async Task Readyz_follows_the_state_and_its_codes_can_be_chosen()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        GatewayAnswer answer = await gateway.UntilAsync("quorate");
        Assert.That(answer.Code, Is.EqualTo(200), answer.Body);
        Assert.That(answer.Type, Does.StartWith("application/json"));
        Assert.That((await gateway.GetAsync("/readyz?quorate=299")).Code, Is.EqualTo(299));
        Assert.That((await gateway.GetAsync("/readyz?inquorate=299&unknown=298")).Code, Is.EqualTo(200));

        Simulator.Cluster.Partition([1], [2, 3]);
        answer = await gateway.UntilAsync("inquorate");
        Assert.That(answer.Code, Is.EqualTo(503));
        Assert.That(answer.Json.GetProperty("members").GetRawText(), Is.EqualTo("[1]"));
        Assert.That((await gateway.GetAsync("/readyz?inquorate=200")).Code, Is.EqualTo(200));

        Simulator.Cluster.Kill(1);
        answer = await gateway.UntilAsync("unknown");
        Assert.That(answer.Code, Is.EqualTo(503));
        Assert.That(answer.Text("reason"), Is.EqualTo("disconnected"));
        Assert.That((await gateway.GetAsync("/readyz?unknown=204")).Code, Is.EqualTo(400));
        Assert.That((await gateway.GetAsync("/readyz?unknown=201")).Code, Is.EqualTo(201));
        // The gateway lives, whatever corosync does.
        Assert.That((await gateway.GetAsync("/livez")).Code, Is.EqualTo(200));
    }

    [Test]
    public async Task Readyz_of_a_leased_yes_has_its_end()
    {
        await using GatewayProcess gateway = await StartLeasedAsync();
        GatewayAnswer answer = await gateway.UntilAsync("quorate");
        DateTimeOffset end = DateTimeOffset.Parse(answer.Text("validUntil")!, CultureInfo.InvariantCulture);
        DateTimeOffset now = DateTimeOffset.Parse(answer.Text("asOf")!, CultureInfo.InvariantCulture);
        double left = answer.Json.GetProperty("leaseRemainingSeconds").GetDouble();
        Assert.Multiple(() =>
        {
            Assert.That(answer.Text("basis"), Is.Not.EqualTo("none"));
            Assert.That(left, Is.GreaterThan(0));
            Assert.That((end - now).TotalSeconds, Is.EqualTo(left).Within(0.1));
            Assert.That(answer.Json.GetProperty("ageSeconds").GetDouble(), Is.GreaterThanOrEqualTo(0));
        });
    }

    // A 2.x dies of what it does not know.
    [Test]
    public async Task Daemon_without_model_v1_is_served_and_a_lease_says_what_works([Values] bool is2x)
    {
        using RawOldDaemon daemon = new(is2x);
        await using (GatewayProcess live =
            await GatewayProcess.StartAsync("--endpoint", daemon.Endpoint, "--assurance", "live"))
        {
            GatewayAnswer answer = await live.UntilAsync("quorate");
            Assert.That(answer.Json.GetProperty("members").GetRawText(), Is.EqualTo("[1,2,3]"));
        }

        await using GatewayProcess leased = await GatewayProcess.StartAsync("--endpoint", daemon.Endpoint);
        GatewayAnswer refused = await leased.GetUntilAsync(
            "/readyz",
            answer => answer.Text("error")?.Contains("There is no lease", StringComparison.Ordinal) == true,
            "the reason");
        Assert.That(refused.Text("error"), Does.Contain("or give --assurance live").And.Not.Contain("Quorum"));
        Assert.That(is2x ? daemon.ModelRequests + daemon.MapRequests : 0, Is.Zero, "a 2.x would have crashed");
    }

    [TestCase("/readyz?x=1", 400, "The query can have")]
    [TestCase("/readyz?quorate=199", 400, "quorate must be")]
    [TestCase("/readyz?quorate=600", 400, "quorate must be")]
    [TestCase("/readyz?quorate=", 400, "quorate must be")]
    [TestCase("/readyz?quorate=200&quorate=201", 400, "quorate must be")]
    [TestCase("/readyz?unknown=2e2", 400, "unknown must be")]
    [TestCase("/nothing", 404, "There is no such path")]
    [TestCase("/favicon.ico", 404, "There is no such path")]
    [TestCase("/a/b/c.txt", 404, "There is no such path")]
    [TestCase("/%2e%2e/%2e%2e/etc/passwd", 404, "There is no such path")]
    [TestCase("/livez", 200, "alive")]
    [TestCase("/", 200, "<!DOCTYPE html>")]
    [TestCase("/page.js", 200, "EventSource")]
    [TestCase("/page.css", 200, "prefers-color-scheme")]
    [TestCase("/metrics", 200, "# TYPE ha_cluster_corosync_quorate gauge")]
    [TestCase("/status", 200, "{\"state\":")]
    public async Task Each_path_has_its_code(string path, int code, string start)
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        GatewayAnswer answer = await gateway.GetAsync(path);
        Assert.That(answer.Code, Is.EqualTo(code), answer.Body);
        Assert.That(answer.Body, Does.Contain(start));
        GatewayAnswer head = await gateway.GetAsync(path, HttpMethod.Head);
        Assert.That(head, Is.EqualTo(answer with { Body = "" }));
    }

    [Test]
    public async Task Other_methods_are_refused_with_405()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        foreach (string path in (string[])["/", "/readyz", "/livez", "/status", "/events", "/metrics"])
        {
            GatewayAnswer answer = await gateway.GetAsync(path, HttpMethod.Post);
            Assert.That(answer.Code, Is.EqualTo(405), path);
            Assert.That(answer.Allow, Is.EqualTo("GET, HEAD"));
        }
    }

    [TestCase("GET /{0} HTTP/1.1\r\nHost: x\r\n\r\n", "414")]
    [TestCase("GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: {0}{0}{0}{0}\r\n\r\n", "431")]
    [TestCase("no http at all\r\n\r\n", "400")]
    [TestCase("GET /livez HTTP/1.1\r\n\r\n", "400")]
    public async Task Request_that_is_too_long_or_none_is_refused(string request, string code)
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        await using Stream stream = await gateway.ConnectAsync();
        string text = string.Format(CultureInfo.InvariantCulture, request, new string('a', 5000));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        using StreamReader reader = new(stream);
        Assert.That(await Wait.ForAsync(reader.ReadLineAsync()), Does.StartWith("HTTP/1.1 " + code));
        Assert.That((await gateway.GetAsync("/livez")).Code, Is.EqualTo(200));
    }

    [Test]
    public async Task Status_has_the_cluster()
    {
        await using GatewayProcess gateway = await StartLiveAsync();
        await gateway.UntilAsync("quorate");
        GatewayAnswer answer = await gateway.GetUntilAsync(
            "/status", each => each.Json.GetProperty("nodes").GetArrayLength() == 3, "the nodes");
        JsonElement status = answer.Json;
        Assert.Multiple(() =>
        {
            Assert.That(status.GetProperty("clusterName").GetString(), Is.EqualTo("simulated"));
            Assert.That(status.GetProperty("localNode").GetInt32(), Is.EqualTo(1));
            Assert.That(status.GetProperty("votes").GetProperty("quorum").GetInt32(), Is.EqualTo(2));
            Assert.That(status.GetProperty("nodes")[1].GetProperty("name").GetString(), Is.EqualTo("node2"));
            Assert.That(status.GetProperty("changes").GetArrayLength(), Is.GreaterThan(0));
        });
    }

    [Test]
    public async Task Without_a_daemon_it_serves_and_says_why_and_follows_when_one_comes()
    {
        await Simulator.DisposeAsync();
        await using GatewayProcess gateway = await StartLiveAsync();
        GatewayAnswer answer = await gateway.GetUntilAsync(
            "/readyz", each => each.Text("reason") == "disconnected" && each.Text("error") is not null, "the reason");
        Assert.That(answer.Code, Is.EqualTo(503));
        Assert.That((await gateway.GetAsync("/metrics")).Body, Does.Contain("quorum_state{state=\"unknown\"} 1\n"));
        Assert.That((await gateway.GetAsync("/status")).Code, Is.EqualTo(200));
        await using QuorumSimulator late = QuorumSimulator.Start(new() { Address = Simulator.Address });
        await gateway.UntilAsync("quorate");
        Assert.That(gateway.Process.Error.Split("Nobody listens"), Has.Length.EqualTo(2), "said once");
    }
}
