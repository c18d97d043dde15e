using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Tests;

// A monitor on a clock of its own, before a daemon that the test plays.
public abstract class MonitorFixture
{
    private protected static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private protected static readonly RingId Ring = new(new NodeId(1), 0xd);
    private protected static readonly NodeList All = NodeList.Create([new(1), new(2), new(3)]);

    private protected FakeTimeProvider Time { get; private set; } = null!;

    private protected FakeDaemon Daemon { get; private set; } = null!;

    private protected QuorumMonitor Monitor { get; private set; } = null!;

    [SetUp]
    public void CreateMonitor()
    {
        Time = new FakeTimeProvider();
        Daemon = new FakeDaemon();
        Monitor = new QuorumMonitor(new QuorumMonitorOptions { UnobservedError = Daemon.Errors.Add }, Time, Daemon.ConnectAsync);
    }

    [TearDown]
    public async Task DisposeMonitor() => await Monitor.DisposeAsync().AsTask().WaitAsync(Bound);

    private protected static QuorumConnectionClosedException Gone() => new(CorosyncError.Library, Errno.ENOTCONN, IpcStage.Event, "The daemon went away.");

    private protected Task<QuorumSnapshot> WaitAsync(Predicate<QuorumSnapshot> condition) => WaitAsync(Monitor, condition);

    private protected static async Task<QuorumSnapshot> WaitAsync(QuorumMonitor monitor, Predicate<QuorumSnapshot> condition)
    {
        using CancellationTokenSource limit = new(Bound);
        await foreach (QuorumSnapshot snapshot in monitor.WatchAsync(limit.Token))
        {
            if (condition(snapshot))
            {
                return snapshot;
            }
        }

        throw new InvalidOperationException("the monitor ended");
    }

    private protected async Task MakeQuorateAsync()
    {
        Monitor.Start();
        Daemon.Say(true, Ring, All);
        await WaitAsync(snapshot => snapshot.IsQuorate);
    }

    // Moves the clock in steps, letting the monitor ask and be answered between them.
    private protected async Task PassAsync(TimeSpan time)
    {
        TimeSpan step = TimeSpan.FromMilliseconds(500);
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += step)
        {
            int answered = Daemon.Answers;
            Time.Advance(step);

            // The monitor may have been about to arm its timer when the clock moved: then it asks in the next step.
            await Daemon.WaitAnswersAsync(answered + 1);
        }
    }
}
