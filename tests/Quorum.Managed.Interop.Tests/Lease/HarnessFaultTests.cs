using System.Net;
using System.Net.Sockets;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The harness at corosync's own timing, and its one-way cuts.</summary>
public sealed class HarnessFaultTests : CorosyncFixture
{
    [TestCase(2, ClusterTransport.Udpu, 3000)]
    [TestCase(3, ClusterTransport.Udpu, 3650)]
    [TestCase(3, ClusterTransport.Knet, 3650)]
    public async Task Default_timing_is_corosyncs_own(int nodes, ClusterTransport transport, int token)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(
            new() { Nodes = nodes, Transport = transport, DefaultTiming = true });
        CommandResult map = await cluster.Node(nodes).RunAsync("corosync-cmapctl", "runtime.config.totem.");
        Assert.That(map.Output, Does.Contain($"runtime.config.totem.token (u32) = {token}\n"));
        Assert.That(map.Output, Does.Contain($"runtime.config.totem.consensus (u32) = {token * 12 / 10}\n"));
    }

    [Test]
    public async Task One_way_cuts_lose_one_direction_and_heal_restores_it([Values] bool sending)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Nodes = 3 });
        await (sending ? cluster.CutSendingAsync(3) : cluster.CutReceivingAsync(3));
        await cluster.WaitMembersAsync([1, 2], quorate: true);
        Assert.That(await ReachesAsync(cluster, from: 3, to: 1), Is.EqualTo(!sending));
        Assert.That(await ReachesAsync(cluster, from: 1, to: 3), Is.EqualTo(sending));
        Assert.That(await ReachesAsync(cluster, from: 1, to: 2), Is.True);

        await cluster.HealAsync();
        await cluster.WaitMembersAsync([1, 2, 3], quorate: true);
    }

    private static async Task<bool> ReachesAsync(CorosyncCluster cluster, int from, int to)
    {
        CommandResult port = await cluster.Node(to).RunAsync("ip", "-4", "-o", "address", "show", "eth0");
        string[] words = port.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        IPAddress address = IPAddress.Parse(words[3].Split('/')[0]);
        using UdpClient receiver = cluster.Node(to).Network.Run(() => new UdpClient(new IPEndPoint(address, 0)));
        using UdpClient sender = cluster.Node(from).Network.Run(() => new UdpClient(AddressFamily.InterNetwork));
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(1));
        await sender.SendAsync(new byte[1], (IPEndPoint)receiver.Client.LocalEndPoint!);
        try
        {
            await receiver.ReceiveAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
