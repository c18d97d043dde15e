using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

// A monitor with its own clock, connected to a fake daemon.
public abstract class MonitorFixture
{
    private protected static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private protected static readonly RingId Ring = new(new NodeId(1), 0xd);
    private protected static readonly NodeList All = NodeList.Create([new(1), new(2), new(3)]);

    private protected FakeTimeProvider Time { get; private set; } = null!;

    private protected FakeDaemon Daemon { get; private set; } = null!;

    private protected QuorumMonitor Monitor { get; private set; } = null!;

    private protected virtual QuorumMonitorOptions Options => new()
    {
        RecoverySettleTime = TimeSpan.FromSeconds(5),
        UnobservedError = Daemon.Errors.Add,
    };

    [SetUp]
    public void CreateMonitor()
    {
        Time = new FakeTimeProvider();
        Daemon = new FakeDaemon();
        Monitor = new QuorumMonitor(Options, Time, Daemon.ConnectAsync);
    }

    [TearDown]
    public async Task DisposeMonitor() => await Monitor.DisposeAsync().AsTask().WaitAsync(Bound);

    private protected static QuorumConnectionClosedException Gone() =>
        new(CorosyncError.Library, Errno.ENOTCONN, IpcStage.Event, "The daemon went away.");

    private protected async Task<QuorumSnapshot> WaitAsync(Predicate<QuorumSnapshot> condition)
    {
        using CancellationTokenSource limit = new(Bound);
        try
        {
            await foreach (QuorumSnapshot snapshot in Monitor.WatchAsync(limit.Token))
            {
                if (condition(snapshot))
                {
                    return snapshot;
                }
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"The expected snapshot did not come. The monitor says: {Monitor.Current}", e);
        }

        throw new InvalidOperationException($"The monitor ended before the expected snapshot: {Monitor.Current}");
    }

    private protected async Task MakeQuorateAsync()
    {
        Monitor.Start();
        Daemon.Say(true, Ring, All);
        await WaitAsync(snapshot => snapshot.IsQuorate);
    }

    // Moves the clock in steps. The monitor gets an answer from the daemon in each of them.
    private protected async Task PassAsync(TimeSpan time)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(500);
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += step)
        {
            int answered = Daemon.Answers;
            Time.Advance(step);

            // If the clock moved just before the monitor armed its timer, the monitor probes in the next step only.
            await Daemon.WaitAnswersAsync(answered + 1);
        }
    }
}
