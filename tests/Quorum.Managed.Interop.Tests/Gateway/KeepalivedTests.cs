using System.Globalization;
using Quorum.Managed.Gateway.Tests;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// A real keepalived (Debian: keepalived) in two nodes, which moves an address by the gateways' state files. Its own
/// election alone would have the address on both sides of a partition. Both nodes have their leases until these end, so
/// keepalived waits for three advertisements that are longer than that.
/// </summary>
public sealed class KeepalivedTests : CorosyncFixture
{
    private const string Address = "10.77.0.200";

    private string _folder = null!;

    [SetUp]
    public void CreateFolder()
    {
        Requirement.Check(
            Corosync.IsInstalled("keepalived") ? null : "not installed: keepalived", Assert.Ignore, Assert.Fail);
        _folder = Directory.CreateTempSubdirectory("quorum-keepalived-").FullName;
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
    public async Task Address_leaves_the_lost_node_before_the_others_are_quorate_without_it()
    {
        // The lease of a short token ends on a busy machine again and again.
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(
            new() { Nodes = 3, Transport = ClusterTransport.Knet, DefaultTiming = true });
        await using GatewayProcess one = await StartGatewayAsync(cluster, 1);
        await using GatewayProcess two = await StartGatewayAsync(cluster, 2);
        await using NodeProcess first = StartKeepalived(cluster, 1, priority: 200);
        await using NodeProcess second = StartKeepalived(cluster, 2, priority: 100);
        await using NodeProcess atOne = cluster.Node(1).Start("ip", "-ts", "monitor", "address");
        await using NodeProcess atTwo = cluster.Node(2).Start("ip", "-ts", "monitor", "address");
        await UntilAsync(
            async () => await HasAddressAsync(cluster, 1) && !await HasAddressAsync(cluster, 2),
            () => first.Error + second.Error);

        // What moved during the first election does not count.
        DateTimeOffset cut = DateTimeOffset.Now;
        await cluster.PartitionAsync("1", "2 3");
        DateTimeOffset left = await TimeAsync(atOne, cut, isDeleted: true);
        DateTimeOffset taken = await TimeAsync(atTwo, cut, isDeleted: false);
        GatewayAnswer status = await two.GetUntilAsync(
            "/status",
            static answer => answer.Text("state") == "quorate"
                && answer.Json.GetProperty("members").GetRawText() == "[2,3]",
            "the others being quorate");
        DateTimeOffset quorate = status.Json.GetProperty("since").GetDateTimeOffset();
        TestContext.Out.WriteLine($"left {left:O}, the others quorate {quorate:O}, taken {taken:O}");
        Assert.That(left, Is.LessThan(quorate));
        Assert.That(left, Is.LessThan(taken));

        // A gateway that is killed takes the address with it.
        two.Process.Signal(NodeProcess.Kill);
        await UntilAsync(async () => !await HasAddressAsync(cluster, 2), () => second.Error);
    }

    private Task<GatewayProcess> StartGatewayAsync(CorosyncCluster cluster, int node) =>
        NodeGateway.StartAsync(cluster, node, _folder, "--state-file", StateFile(node));

    private NodeProcess StartKeepalived(CorosyncCluster cluster, int node, int priority)
    {
        string configuration = Path.Combine(_folder, $"{node}.conf");
        File.WriteAllText(
            configuration,
            $$"""
            global_defs {
                vrrp_version 3
            }
            track_file quorum {
                file {{StateFile(node)}}
                weight 0
                init_file 1 overwrite
            }
            vrrp_instance service {
                state BACKUP
                interface eth0
                virtual_router_id 51
                priority {{priority}}
                advert_int 2
                virtual_ipaddress {
                    {{Address}}/24
                }
                track_file {
                    quorum weight 0
                }
            }
            """);
        return cluster.Node(node).Start(
            "keepalived", "--dont-fork", "--log-console", "--vrrp", $"--use-file={configuration}");
    }

    private string StateFile(int node) => Path.Combine(_folder, $"{node}.state");

    private static async Task<bool> HasAddressAsync(CorosyncCluster cluster, int node) =>
        (await cluster.Node(node).RunAsync("ip", "-4", "addr", "show", "dev", "eth0")).Output
        .Contains($" {Address}/", StringComparison.Ordinal);

    // The first line has the moment in brackets.
    private static async Task<DateTimeOffset> TimeAsync(NodeProcess monitor, DateTimeOffset after, bool isDeleted)
    {
        string line = await monitor.ReadUntilAsync(
            line => line.Contains($" {Address}/", StringComparison.Ordinal)
                && line.Contains("Deleted", StringComparison.Ordinal) == isDeleted
                && TimeOf(line) >= after,
            Patience + Patience);
        return TimeOf(line);
    }

    private static DateTimeOffset TimeOf(string line) => DateTimeOffset.Parse(
        line[1..line.IndexOf(']', StringComparison.Ordinal)],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeLocal);

    private static async Task UntilAsync(Func<Task<bool>> condition, Func<string> story)
    {
        using CancellationTokenSource limit = new(Wait.Bound + Wait.Bound);
        while (!await condition())
        {
            Assert.That(limit.IsCancellationRequested, Is.False, story());
        }
    }
}
