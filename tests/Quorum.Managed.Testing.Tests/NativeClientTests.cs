using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>Native libquorum cannot tell the simulator from corosync.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class NativeClientTests(IpcConnectionType transport) : NativeFixture
{
    [Test]
    public async Task Handle_of_each_model_asks_and_tracks()
    {
        await using QuorumSimulator simulator = Start(transport);
        using NativeQuorumHandle v1 = Connect();
        using NativeQuorumHandle v0 = Connect(model: 0);
        Assert.That(v1.QuorumType, Is.EqualTo(1));
        v1.TrackStart();
        v0.TrackStart();
        v1.WaitForEvent(2, Wait.Bound);
        v0.WaitForEvent(1, Wait.Bound);

        simulator.Cluster.Leave(3);
        simulator.Cluster.Leave(2);
        v1.WaitForEvent(6, Wait.Bound);
        v0.WaitForEvent(3, Wait.Bound);

        Assert.Multiple(() =>
        {
            Assert.That(v1.Events.Select(static e => e.ToString()), Is.EqualTo(new[]
            {
                "NL [1 2 3] j=[] l=[] 1.d", "Q 1 [1 2 3] 1.d",
                "NL [1 2] j=[] l=[3] 1.11", "Q 1 [1 2] 1.11",
                "NL [1] j=[] l=[2] 1.15", "Q 0 [1] 1.15",
            }));
            Assert.That(
                v0.Events.Select(static e => e.Story), Is.EqualTo(new[] { "V0 1 [1 2 3]", "V0 1 [1 2]", "V0 0 [1]" }));
            Assert.That(v1.GetQuorate(), Is.False);
            Assert.That(v0.GetQuorate(), Is.False);
        });
    }

    [Test]
    public async Task Client_in_C_makes_every_call()
    {
        await using QuorumSimulator simulator = Start(transport);
        using ClientProcess client = StartClient("calls");
        string output = await client.ReadToEndAsync();
        Assert.That(output, Does.Contain("getquorate 1 1").And.Contain("finalize again 9"));
    }

    [Test]
    public async Task Client_in_C_holds_many_connections()
    {
        await using QuorumSimulator simulator = Start(transport);
        using ClientProcess client = StartClient("many", "100");
        Assert.That(await client.ReadToEndAsync(), Is.EqualTo("100 of 100\n"));
    }
}
