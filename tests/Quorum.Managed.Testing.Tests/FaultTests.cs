using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>Each fault that both transports have, as the managed client sees it.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class FaultTests(IpcConnectionType transport) : FaultFixture(transport)
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);

    [TestCase(13, CorosyncError.Access)]
    [TestCase(28, CorosyncError.NoSpace)]
    public void Refuse_shows_the_error(int errno, CorosyncError error)
    {
        using (Simulator.Inject(SimulatorFault.Refuse(errno)))
        {
            Assert.That(Connect, Throws.InstanceOf<QuorumException>().With.Property("Error").EqualTo(error));
        }

        using QuorumConnection connection = Connect();
        Assert.That(connection.GetQuorate(), Is.True);
    }

    [Test]
    public void Refuse_twice_as_a_starting_daemon_does_is_retried()
    {
        using IDisposable fault = Simulator.Inject(SimulatorFault.Refuse(11).Times(2));
        using QuorumConnection connection = Connect();
        Assert.That(connection.GetQuorate(), Is.True);
    }

    private static IEnumerable<SimulatorFault> BrokenHandshakes() =>
    [
        SimulatorFault.SilentHandshake(),
        SimulatorFault.TruncateHandshake(0),
        SimulatorFault.TruncateHandshake(12327),
        SimulatorFault.GarbageHandshake(new byte[100]),
        SimulatorFault.GarbageHandshake(Enumerable.Repeat((byte)0x47, 12328).ToArray()),
        SimulatorFault.SlowHandshake(Wait.Bound),
        SimulatorFault.Hang(),
    ];

    [TestCaseSource(nameof(BrokenHandshakes))]
    public void Broken_handshake_is_an_error(SimulatorFault fault)
    {
        using (Simulator.Inject(fault))
        {
            QuorumConnectionOptions options = OptionsOf(Simulator) with { ConnectTimeout = Short };
            Assert.That(() => QuorumConnection.Connect(options), Throws.InstanceOf<QuorumException>());
        }

        using QuorumConnection connection = Connect();
        Assert.That(connection.GetQuorate(), Is.True);
    }

    private static IEnumerable<SimulatorFault> BrokenAnswers() =>
    [
        SimulatorFault.TruncateAnswer(10),
        SimulatorFault.TruncateAnswer(26),
        SimulatorFault.AnswerSize(31),
        SimulatorFault.AnswerSize(-1),
        SimulatorFault.AnswerId(9),
        SimulatorFault.Disconnect(),
        SimulatorFault.Die(),
        SimulatorFault.AnswerError(CorosyncError.TryAgain),
    ];

    [TestCaseSource(nameof(BrokenAnswers))]
    public void Broken_answer_is_an_error(SimulatorFault fault)
    {
        using QuorumConnection connection = Connect();
        using IDisposable injected = Simulator.Inject(fault);
        Assert.That(() => connection.GetQuorate(), Throws.InstanceOf<QuorumException>());
    }

    // A client that takes the late answer for the next one is one answer behind from then on.
    [Test]
    public void Late_answer_is_not_the_next_answer()
    {
        QuorumConnectionOptions options = OptionsOf(Simulator) with { RequestTimeout = Short };
        using QuorumConnection connection = QuorumConnection.Connect(options);
        using (Simulator.Inject(SimulatorFault.Slow(Short * 5).Times(1)))
        {
            Assert.That(() => connection.GetQuorate(), Throws.InstanceOf<QuorumException>());
        }

        Assert.That(AskUntilAnswered(connection), Is.True);
        Simulator.Cluster.SetQuorate(false);
        Assert.That(AskUntilAnswered(connection), Is.False);
    }

    private static IEnumerable<SimulatorFault> Holds() => [SimulatorFault.Hang(), SimulatorFault.FlowControl()];

    [TestCaseSource(nameof(Holds))]
    public async Task Held_request_is_answered_when_the_fault_is_lifted(SimulatorFault fault)
    {
        using QuorumConnection connection = Connect();
        IDisposable injected = Simulator.Inject(fault);
        Task<bool> asking = connection.GetQuorateAsync().AsTask();
        Quiet.For(Short); // An answer that nothing held back would be there by then.
        Assert.That(asking.IsCompleted, Is.False);
        Simulator.Cluster.SetQuorate(false);
        injected.Dispose();
        Assert.That(await Wait.ForAsync(asking), Is.False, "the answer has the state after the fault");
    }

    [Test]
    public async Task Hang_holds_events_back_and_flood_sends_them()
    {
        const int Count = 3000;
        using QuorumConnection connection = Connect();
        connection.TrackStart(TrackFlags.ChangesOnly);
        using (Simulator.Inject(SimulatorFault.Hang()))
        {
            Simulator.Flood(Count);
            Assert.That(Simulator.QueuedEvents, Is.EqualTo(Count));
        }

        int received = 0;
        await Wait.ForAsync(connection.ReadNotificationsAsync(), _ => ++received == Count, "all events of the flood");
        Assert.That(Simulator.QueuedEvents, Is.Zero);
    }

    [Test]
    public async Task Kill_leaves_files_until_the_simulator_is_disposed()
    {
        using QuorumConnection connection = Connect();
        Simulator.Cluster.Kill(1);
        Assert.That(LeftFiles, Is.EqualTo(1));
        Assert.That(() => connection.GetQuorate(), Throws.InstanceOf<QuorumConnectionClosedException>());
        QuorumConnectionOptions options = OptionsOf(Simulator) with { ConnectTimeout = Short };
        Assert.That(() => QuorumConnection.Connect(options), Throws.InstanceOf<QuorumException>());
        Simulator.Cluster.Join(1);
        await using QuorumConnection again = Connect();
        Assert.That(again.GetQuorate(), Is.True);
    }

    [Test]
    public async Task Path_endpoint_is_gone_after_a_stop_and_stale_after_a_kill()
    {
        string path = Path.Combine(Path.GetTempPath(), $"quorum-simulator-{Environment.ProcessId}");
        QuorumSimulatorOptions atPath = new() { Transport = Transport, Address = IpcAddress.Path(path) };
        await using (QuorumSimulator simulator = QuorumSimulator.Start(atPath))
        {
            QuorumConnectionOptions options = OptionsOf(simulator);
            await using (QuorumConnection connection = QuorumConnection.Connect(options))
            {
                Assert.That(connection.GetQuorate(), Is.True);
            }

            simulator.Cluster.Leave(1);
            Assert.That(File.Exists(path), Is.False);
            simulator.Cluster.Join(1);
            simulator.Cluster.Kill(1);
            Assert.That(File.Exists(path), Is.True);
            simulator.Cluster.Join(1);
            await using QuorumConnection again = QuorumConnection.Connect(options);
        }

        Assert.That(File.Exists(path), Is.False);
    }

    private static bool AskUntilAnswered(QuorumConnection connection)
    {
        while (true)
        {
            try
            {
                return connection.GetQuorate();
            }
            catch (QuorumException e) when (e.Error is CorosyncError.Timeout or CorosyncError.TryAgain)
            {
                // The late answer has not arrived yet.
            }
        }
    }
}
