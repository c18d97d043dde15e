using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>Each fault, seen by our own client.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class FaultTests(IpcConnectionType transport)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);
    private QuorumSimulator _simulator = null!;

    [SetUp]
    public void Start() => _simulator = QuorumSimulator.Start(new() { Transport = transport });

    [TearDown]
    public async Task StopAsync()
    {
        await _simulator.DisposeAsync();
        Assert.That(LeakCheck.Take([Environment.ProcessId]).SharedMemory, Is.Empty);
    }

    // Who may connect, as uidgid has it: supplementary groups do not count.
    [TestCase(4001u, new uint[0], new uint[0], new uint[0], false)]
    [TestCase(4001u, new uint[0], new uint[] { 4001, 4002 }, new uint[0], true)]
    [TestCase(4003u, new uint[0], new uint[0], new uint[] { 4003 }, true)]
    [TestCase(4001u, new uint[] { 4003 }, new uint[0], new uint[] { 4003 }, false)]
    [TestCase(0u, new uint[0], new uint[0], new uint[0], true)]
    public async Task Users_that_are_not_allowed_are_refused(uint gid, uint[] groups, uint[] allowedUids, uint[] allowedGids, bool allowed)
    {
        const uint User = 4002;
        Assume.That(Environment.IsPrivilegedProcess, "to become another user takes root");
        await using QuorumSimulator simulator = QuorumSimulator.Start(new() { Transport = transport, AllowedUserIds = allowedUids, AllowedGroupIds = allowedGids });
        QuorumConnectionOptions options = new()
        {
            Endpoint = QuorumEndpoint.Parse(simulator.Endpoint),
            ConnectTimeout = Patience,
            RequestTimeout = Patience,
            // The thread is this user, and the process, whose files they would be otherwise, is not.
            AdditionalTrustedUids = [User],
        };
        bool Ask() => OtherUser.Run(User, gid, groups, () =>
        {
            using QuorumConnection connection = QuorumConnection.Connect(options);
            return connection.GetQuorate();
        });
        if (allowed)
        {
            Assert.That(Ask(), Is.True);
        }
        else
        {
            Assert.That(Ask, Throws.InstanceOf<QuorumException>().With.Property("Error").EqualTo(CorosyncError.Access));
        }
    }

    [TestCase(13, CorosyncError.Access)]
    [TestCase(28, CorosyncError.NoSpace)]
    public void Refuse_shows_the_error(int errno, CorosyncError error)
    {
        using (_simulator.Inject(SimulatorFault.Refuse(errno)))
        {
            Assert.That(() => Connect(), Throws.InstanceOf<QuorumException>().With.Property("Error").EqualTo(error));
        }

        using QuorumConnection connection = Connect();
        Assert.That(connection.GetQuorate(), Is.True);
    }

    [Test]
    public void Refuse_twice_as_a_starting_daemon_does_is_retried()
    {
        using IDisposable fault = _simulator.Inject(SimulatorFault.Refuse(11).Times(2));
        using QuorumConnection connection = Connect();
        Assert.That(connection.GetQuorate(), Is.True);
    }

    private static IEnumerable<SimulatorFault> BrokenHandshakes() =>
    [
        SimulatorFault.SilentHandshake(), SimulatorFault.TruncateHandshake(0), SimulatorFault.TruncateHandshake(12327),
        SimulatorFault.GarbageHandshake(new byte[100]), SimulatorFault.GarbageHandshake(Enumerable.Repeat((byte)0x47, 12328).ToArray()),
        SimulatorFault.SlowHandshake(TimeSpan.FromSeconds(3)), SimulatorFault.Hang(),
    ];

    [TestCaseSource(nameof(BrokenHandshakes))]
    public void Broken_handshake_is_an_error_in_time(SimulatorFault fault)
    {
        using (_simulator.Inject(fault))
        {
            Assert.That(() => Connect(TimeSpan.FromSeconds(1)), Throws.InstanceOf<QuorumException>());
        }

        using QuorumConnection connection = Connect();
        Assert.That(connection.GetQuorate(), Is.True);
    }

    private static IEnumerable<SimulatorFault> BrokenAnswers() =>
    [
        SimulatorFault.TruncateAnswer(10), SimulatorFault.TruncateAnswer(26), SimulatorFault.AnswerSize(31), SimulatorFault.AnswerSize(-1),
        SimulatorFault.AnswerId(9), SimulatorFault.Disconnect(), SimulatorFault.Die(), SimulatorFault.AnswerError(CorosyncError.TryAgain),
    ];

    [TestCaseSource(nameof(BrokenAnswers))]
    public void Broken_answer_is_an_error(SimulatorFault fault)
    {
        using QuorumConnection connection = Connect();
        using IDisposable injected = _simulator.Inject(fault);
        Assert.That(() => connection.GetQuorate(), Throws.InstanceOf<QuorumException>());
    }

    [Test]
    public void Damaged_chunk_closes_the_connection()
    {
        Assume.That(transport, Is.EqualTo(IpcConnectionType.SharedMemory));
        foreach (SimulatorFault fault in new[] { SimulatorFault.ChunkMagic(), SimulatorFault.ChunkSize(uint.MaxValue), SimulatorFault.ChunkSize(60_000) })
        {
            using QuorumConnection connection = Connect();
            using IDisposable injected = _simulator.Inject(fault);
            Assert.That(() => connection.GetQuorate(), Throws.InstanceOf<QuorumConnectionClosedException>());
        }

        using (_simulator.Inject(SimulatorFault.ShortRingFiles()))
        {
            Assert.That(() => Connect(), Throws.InstanceOf<QuorumException>());
        }
    }

    [Test]
    public void Late_answer_is_not_the_next_answer()
    {
        using QuorumConnection connection = Connect(requestTimeout: Short);
        using (_simulator.Inject(SimulatorFault.Slow(Short * 2).Times(1)))
        {
            Assert.That(() => connection.GetQuorate(), Throws.InstanceOf<QuorumException>());
        }

        _simulator.Cluster.SetQuorate(false);
        Assert.That(() => AskUntilAnswered(connection), Is.False);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Held_request_is_answered_when_the_fault_is_lifted(bool hang)
    {
        using QuorumConnection connection = Connect();
        IDisposable fault = _simulator.Inject(hang ? SimulatorFault.Hang() : SimulatorFault.FlowControl());
        Task<bool> asking = connection.GetQuorateAsync().AsTask();
        Assert.That(async () => await asking.WaitAsync(Short), Throws.TypeOf<TimeoutException>());
        fault.Dispose();
        Assert.That(await asking.WaitAsync(Patience), Is.True);
    }

    [Test]
    public async Task Hang_holds_events_back_and_flood_sends_them()
    {
        using QuorumConnection connection = Connect();
        connection.TrackStart(TrackFlags.ChangesOnly);
        IDisposable fault = _simulator.Inject(SimulatorFault.Hang());
        _simulator.Flood(3000);
        Assert.That(_simulator.QueuedEvents, Is.EqualTo(3000));
        fault.Dispose();
        int count = 0;
        await foreach (QuorumNotification notification in connection.ReadNotificationsAsync())
        {
            if (++count == 3000)
            {
                break;
            }
        }

        Assert.That(_simulator.QueuedEvents, Is.Zero);
    }

    [Test]
    public async Task Kill_leaves_files_until_the_simulator_is_disposed()
    {
        using QuorumConnection connection = Connect();
        _simulator.Cluster.Kill(1);
        Assert.That(LeakCheck.Take([Environment.ProcessId]).SharedMemory, Has.Count.EqualTo(1));
        Assert.That(() => connection.GetQuorate(), Throws.InstanceOf<QuorumConnectionClosedException>());
        Assert.That(() => Connect(), Throws.InstanceOf<QuorumException>());
        _simulator.Cluster.Join(1);
        await using QuorumConnection again = Connect();
        Assert.That(again.GetQuorate(), Is.True);
    }

    [Test]
    public async Task Path_endpoint_is_gone_after_a_stop_and_stale_after_a_kill()
    {
        string path = Path.Combine(Path.GetTempPath(), $"quorum-simulator-{Environment.ProcessId}");
        await using (QuorumSimulator simulator = QuorumSimulator.Start(new() { Transport = transport, Address = IpcAddress.Path(path) }))
        {
            QuorumConnectionOptions options = new() { Endpoint = QuorumEndpoint.Parse(simulator.Endpoint) };
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
                // The late answer has not come yet.
            }
        }
    }

    private QuorumConnection Connect(TimeSpan? connectTimeout = null, TimeSpan? requestTimeout = null) => QuorumConnection.Connect(new()
    {
        Endpoint = QuorumEndpoint.Parse(_simulator.Endpoint),
        ConnectTimeout = connectTimeout ?? Patience,
        RequestTimeout = requestTimeout ?? Patience,
    });
}
