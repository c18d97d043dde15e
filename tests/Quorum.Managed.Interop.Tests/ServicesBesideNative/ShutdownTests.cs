using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.ServicesBesideNative;

/// <summary>A real corosync asks whether it may stop, because of corosync-cfgtool -H.</summary>
[TestFixture(ClusterIpc.SharedMemory)]
[TestFixture(ClusterIpc.Socket)]
public sealed class ShutdownTests(ClusterIpc ipc) : CorosyncFixture
{
    private CorosyncCluster _cluster = null!;

    private CorosyncNode Node => _cluster.Node(1);

    [SetUp]
    public async Task StartCluster() => _cluster = await CorosyncCluster.StartAsync(new() { Ipc = ipc });

    [TearDown]
    public async Task StopCluster()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Test]
    public async Task Yes_stops_corosync()
    {
        await using CfgConnection cfg = await TrackAsync();
        await using NodeProcess asking = Node.Start("corosync-cfgtool", "-H");
        Assert.That(await QuestionAsync(cfg), Is.EqualTo(new ShutdownRequested(CfgShutdownFlags.Request)));
        try
        {
            await cfg.ReplyToShutdownAsync(allow: true);
        }
        catch (QuorumConnectionClosedException)
        {
            // The daemon may be gone before its answer is read.
        }

        Assert.That((await asking.WaitAsync(Patience)).Error, Is.Empty);
        Assert.That(
            () => cfg.Dispatch(DispatchFlags.Blocking), Throws.InstanceOf<QuorumConnectionClosedException>());
    }

    [Test]
    public async Task No_keeps_corosync_running_and_each_question_is_asked_anew()
    {
        await using CfgConnection cfg = await TrackAsync();
        for (int round = 0; round < 2; round++)
        {
            await using NodeProcess asking = Node.Start("corosync-cfgtool", "-H");
            await QuestionAsync(cfg);
            cfg.ReplyToShutdown(allow: false);
            await AssertRefusedAsync(asking);
        }

        Assert.That(cfg.GetLocalNodeId(), Is.EqualTo(new NodeId(1)));
        Assert.That(() => cfg.ReplyToShutdown(allow: true), Throws.InvalidOperationException);
    }

    [Test]
    public async Task Reply_after_the_time_for_it_is_refused_and_corosync_runs_on()
    {
        await Node.RunAsync("corosync-cmapctl", "-s", "cfg.shutdown_timeout", "u32", "200");
        await using CfgConnection cfg = await TrackAsync();
        await using NodeProcess asking = Node.Start("corosync-cfgtool", "-H");
        await QuestionAsync(cfg);
        await AssertRefusedAsync(asking);

        QuorumRefusedException error =
            Assert.CatchAsync<QuorumRefusedException>(async () => await cfg.ReplyToShutdownAsync(allow: true))!;
        Assert.That(error.Error, Is.EqualTo(CorosyncError.Access));
        Assert.That(cfg.GetLocalNodeId(), Is.EqualTo(new NodeId(1)));
    }

    [Test]
    public async Task Stop_of_tracking_counts_as_yes()
    {
        await using CfgConnection cfg = await TrackAsync();
        await using NodeProcess asking = Node.Start("corosync-cfgtool", "-H");
        await QuestionAsync(cfg);
        cfg.Dispose();
        Assert.That((await asking.WaitAsync(Patience)).Error, Is.Empty);
    }

    private static async Task<ShutdownRequested> QuestionAsync(CfgConnection cfg)
    {
        using CancellationTokenSource limit = new(Patience);
        await foreach (ShutdownRequested question in cfg.ReadNotificationsAsync(limit.Token))
        {
            return question;
        }

        throw new InvalidOperationException("The questions ended.");
    }

    // CS_ERR_BUSY. The tool exits with 0 all the same.
    private static async Task AssertRefusedAsync(NodeProcess asking) =>
        Assert.That((await asking.WaitAsync(Patience)).Error, Does.Contain("error = 10"));

    private async Task<CfgConnection> TrackAsync()
    {
        CfgConnection cfg = Node.Network.Run(() => CfgConnection.Connect());
        await cfg.TrackStartAsync();
        return cfg;
    }
}
