using System.Net.Sockets;
using System.Text;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Gateway.Tests;

/// <summary>The gateway under a service manager, which these tests play: they own the socket of sd_notify(3).</summary>
public sealed class ServiceManagerTests : SimulatedFixture
{
    [Test]
    public async Task Manager_is_told_ready_the_status_in_words_the_watchdog_and_the_end()
    {
        using Socket manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        string path = Path.Combine(Folder, "notify");
        manager.Bind(new UnixDomainSocketEndPoint(path));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(NodeProcess.Start(
            [
                GatewayProcess.Program, "--listen", "0", "--endpoint", Simulator.Endpoint, "--assurance", "live",
                "--state-file", Path.Combine(Folder, "state"),
            ],
            [new("NOTIFY_SOCKET", path), new("WATCHDOG_USEC", "30000000")],
            keepOutput: true));
        await UntilAsync("READY=1\nSTATUS=");
        // It serves when it says so.
        Assert.That((await gateway.GetAsync("/livez")).Code, Is.EqualTo(200));
        await UntilAsync("STATUS=quorate");
        await UntilAsync("WATCHDOG=1");
        Simulator.Cluster.Partition([1], [2, 3]);
        await UntilAsync("STATUS=inquorate");
        Simulator.Cluster.Kill(1);
        await UntilAsync("STATUS=unknown");
        await UntilAsync("WATCHDOG=1");
        gateway.Process.Signal(NodeProcess.Terminate);
        await UntilAsync("STOPPING=1");
        Assert.That((await gateway.Process.WaitAsync(Wait.Bound)).ExitCode, Is.Zero);

        async Task UntilAsync(string start)
        {
            byte[] buffer = new byte[4096];
            List<string> seen = [];
            while (seen is not [.., var last] || !last.Contains(start, StringComparison.Ordinal))
            {
                int count = await Wait.ForAsync(
                    manager.ReceiveAsync(buffer), $"{start} after {string.Join(" / ", seen)}");
                Assert.That(seen, Has.Count.LessThan(100), $"{start} after {string.Join(" / ", seen)}");
                seen.Add(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }
    }
}
