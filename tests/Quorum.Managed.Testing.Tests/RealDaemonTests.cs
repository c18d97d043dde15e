using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>The simulator and a real daemon do the same: bytes, files and callbacks are compared.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class RealDaemonTests(IpcConnectionType transport) : NativeFixture
{
    private ClusterIpc Ipc => transport == IpcConnectionType.Socket ? ClusterIpc.Socket : ClusterIpc.SharedMemory;

    [Test]
    public async Task Handshake_files_and_refusals_are_those_of_the_daemon()
    {
        await using CorosyncCluster real = await CorosyncCluster.StartAsync(new() { Ipc = Ipc });
        await using QuorumSimulator simulator = Start(transport, new SimulatedCluster(1));

        List<string> daemons = real.Node(1).Network.Run(Record);
        List<string> ours = Inside(Record);

        Assert.That(ours, Is.EqualTo(daemons));
        Assert.That(ours, Has.Count.GreaterThan(10));
        await TestContext.Out.WriteLineAsync(string.Join('\n', ours));

        static List<string> Record() =>
        [
            .. WireRecording.Handshake(12328),
            .. WireRecording.Handshake(65536),
            .. WireRecording.Handshake(0),
            .. WireRecording.Handshake(1 << 20),
            "wrong id: " + WireRecording.Refusal(WireRecording.ConnectBytes(7, 24, 65536)),
            "garbage: " + WireRecording.Refusal([.. Enumerable.Repeat((byte)0x47, 64)]),
            "size ignored: " + WireRecording.Refusal(WireRecording.ConnectBytes(-1, 1, 65536)),
        ];
    }

    [Test]
    public async Task Answers_and_events_are_those_of_the_daemon()
    {
        await using CorosyncCluster real = await CorosyncCluster.StartAsync(new() { Ipc = Ipc });
        await using QuorumSimulator simulator = Start(transport, new SimulatedCluster(1));

        List<string> daemons = real.Node(1).Network.Run(WireRecording.Conversation);
        List<string> ours = Inside(WireRecording.Conversation);

        Assert.That(ours, Is.EqualTo(daemons));
        string examples = string.Join('\n', ours.TakeLast(8));
        await TestContext.Out.WriteLineAsync($"{ours.Count} lines, for example:\n{examples}");
    }

    [Test]
    public async Task Answers_without_a_provider_are_those_of_the_daemon()
    {
        await using CorosyncCluster real =
            await CorosyncCluster.StartAsync(new() { Ipc = Ipc, Provider = ClusterProvider.None });
        SimulatedCluster cluster = new([new SimulatedNode(1)], QuorumType.Free);
        await using QuorumSimulator simulator = Start(transport, cluster);

        List<string> daemons = real.Node(1).Network.Run(WireRecording.Conversation);
        List<string> ours = Inside(WireRecording.Conversation);

        Assert.That(ours, Is.EqualTo(daemons));
    }

    [Test]
    public async Task Client_in_C_cannot_tell_them_apart()
    {
        await using CorosyncCluster real = await CorosyncCluster.StartAsync(new() { Ipc = Ipc });
        await using QuorumSimulator simulator = Start(transport, new SimulatedCluster(1));
        CommandResult daemons = await real.Node(1).RunAsync(ClientPath, "calls");
        using ClientProcess client = StartClient("calls");
        Assert.That(await client.ReadToEndAsync(), Is.EqualTo(daemons.Output));
    }

    [Test]
    public async Task Tracking_after_each_flag_is_that_of_the_daemon()
    {
        await using CorosyncCluster real = await CorosyncCluster.StartAsync(new() { Ipc = Ipc, QuorumDevice = true });
        using QuorumFlipper flipper = QuorumFlipper.ConnectTo(real.Node(1));
        SimulatedCluster cluster = new(1);
        cluster.SetQuorate(false);
        await using QuorumSimulator simulator = Start(transport, cluster);

        foreach (uint flags in new uint[] { 0, 1, 2, 4, 8 })
        {
            using NativeQuorumHandle theirs = NativeQuorumHandle.ConnectTo(real.Node(1));
            using NativeQuorumHandle ours = Connect();
            using NativeQuorumHandle theirFence = NativeQuorumHandle.ConnectTo(real.Node(1));
            using NativeQuorumHandle ourFence = Connect();
            foreach (NativeQuorumHandle fence in new[] { theirFence, ourFence })
            {
                fence.TrackStart(2);
                fence.WaitForEvent(2, Wait.Bound);
            }

            theirs.TrackStart(flags);
            ours.TrackStart(flags);
            flipper.Flip(true);
            cluster.SetQuorate(true);
            theirFence.WaitForEvent(3, Wait.Bound);
            ourFence.WaitForEvent(3, Wait.Bound);
            // The answer comes after the events that were sent before it.
            _ = (theirs.GetQuorate(), ours.GetQuorate());
            _ = (theirs.Dispatch(), ours.Dispatch());
            Assert.That(Stories(ours), Is.EqualTo(Stories(theirs)), $"flags {flags}");
            flipper.Flip(false);
            cluster.SetQuorate(false);
            theirFence.WaitForEvent(4, Wait.Bound);
            ourFence.WaitForEvent(4, Wait.Bound);
        }
    }

    private static IEnumerable<string> Stories(NativeQuorumHandle handle) =>
        handle.Events.Select(static e => e.Story);
}
