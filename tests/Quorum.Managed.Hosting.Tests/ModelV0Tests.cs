using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Hosting.Tests;

/// <summary>A daemon that tells the sequence number of its ring, and not the ring's node.</summary>
public sealed class ModelV0Tests : HostFixture
{
    [Test]
    public async Task Host_with_a_daemon_of_model_v0_logs_the_rings_sequence()
    {
        Daemon.IsV0 = true;
        using IHost host = Build();
        QuorumMonitor monitor = host.Services.GetRequiredService<QuorumMonitor>();
        await host.StartAsync();
        Daemon.Say(true, Ring, All);
        await WaitAsync(monitor, snapshot => snapshot.IsQuorate);
        Daemon.Say(true, new RingId(default, 0x11), NodeList.Create([new(1), new(2)]));
        await WaitAsync(monitor, snapshot => snapshot.RingSequence == 0x11);
        Daemon.Say(false, new RingId(default, 0x15), NodeList.Create([new(1)]));
        await WaitAsync(monitor, snapshot => snapshot.State == QuorumState.Inquorate);
        await host.StopAsync();
        await Logs.WaitAsync("Quorate in ring sequence 13 with members 1, 2, 3");
        await Logs.WaitAsync("Membership changed to ring sequence 17 with members 1, 2, joined , left 3");
        await Logs.WaitAsync("Inquorate in ring sequence 21 with members 1, left 2");
    }
}
