using System.Collections.Concurrent;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>A monitor that includes votes and names, over both transports.</summary>
[TestFixture(IpcConnectionType.SharedMemory)]
[TestFixture(IpcConnectionType.Socket)]
public sealed class MonitorPartsTests(IpcConnectionType transport)
{
    private QuorumSimulator _simulator = null!;
    private QuorumMonitor _monitor = null!;

    [SetUp]
    public void Start()
    {
        _simulator = QuorumSimulator.Start(new() { Transport = transport });
        _monitor = new QuorumMonitor(new()
        {
            Connection = new() { Endpoint = QuorumEndpoint.Parse(_simulator.Endpoint) },
            RecoverySettleTime = TimeSpan.Zero,
            IncludeVotes = true,
            IncludeNames = true,
        });
        _monitor.Start();
    }

    [TearDown]
    public async Task Stop()
    {
        await _monitor.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    [Test]
    public async Task Votes_and_names_follow_the_cluster()
    {
        QuorumSnapshot all = await SeeAsync(s => s is { IsQuorate: true, Votes: not null, Names: not null });
        Assert.That(all.Votes, Is.EqualTo(new ClusterVotes(3, 3, 3, 2, VoteQuorumFlags.Quorate, 0, "")));
        Assert.That(
            all.Names!.Select(static name => $"{name.Key} {name.Value}"),
            Is.EqualTo((string[])["1 node1", "2 node2", "3 node3"]));

        _simulator.Cluster.Leave(3);
        QuorumSnapshot two = await SeeAsync(s => s is { Members.Count: 2, Votes: not null });
        Assert.That((two.Votes!.Total, two.Votes.Expected, two.IsQuorate), Is.EqualTo((2, 3, true)));
        Assert.That(two.Names, Has.Count.EqualTo(3), "configured nodes keep their names");

        _simulator.Cluster.SetExpectedVotes(5);
        QuorumSnapshot five = await SeeAsync(s => s is { Votes.Expected: 5, State: QuorumState.Inquorate });
        Assert.That((five.RingId, five.Votes!.Quorum), Is.EqualTo((two.RingId, 3)));
        Assert.That(five.Votes.Flags, Is.EqualTo(VoteQuorumFlags.None));
    }

    [Test]
    public async Task Every_snapshot_has_the_votes_of_its_members_or_none()
    {
        ConcurrentQueue<QuorumSnapshot> seen = [];
        _monitor.Changed += (_, snapshot) => seen.Enqueue(snapshot);
        await SeeAsync(s => s is { IsQuorate: true, Votes: not null });
        for (int i = 0; i < 20; i++)
        {
            int members = i % 2 == 0 ? 2 : 3;
            if (members == 2)
            {
                _simulator.Cluster.Leave(3);
            }
            else
            {
                _simulator.Cluster.Join(3);
            }

            await SeeAsync(s => s.Members.Count == members && s.Votes?.Total == members);
        }

        await _monitor.DisposeAsync();
        await SeeStoppedAsync(seen);
        Assert.That(seen.Select(static s => s.Version), Is.Unique.And.Ordered);
        Assert.That(
            seen.Where(static s => s.Votes is { } votes && votes.Total != s.Members.Count),
            Is.Empty,
            "the votes of other members");
    }

    [Test]
    public async Task Daemon_that_goes_away_takes_votes_and_names_with_it_and_brings_them_back()
    {
        await SeeAsync(s => s is { IsQuorate: true, Votes: not null, Names: not null });
        _simulator.Cluster.Kill(1);
        QuorumSnapshot gone = await SeeAsync(s => s is { State: QuorumState.Unknown, Votes: null, Names: null });
        Assert.That(gone.VotesPart!.Error, Is.InstanceOf<QuorumException>());
        Assert.That(gone.NamesPart!.IsMissing);
        _simulator.Cluster.Join(1);
        QuorumSnapshot back = await SeeAsync(s => s is { IsQuorate: true, Votes: not null, Names: not null });
        Assert.That(back.VotesPart, Is.EqualTo(back.VotesPart! with { Error = null }));
    }

    private static Task SeeStoppedAsync(ConcurrentQueue<QuorumSnapshot> seen) => Wait.UntilAsync(
        () => seen.LastOrDefault() is { UnknownReason: QuorumUnknownReason.Stopped }, "the last snapshot");

    private Task<QuorumSnapshot> SeeAsync(Predicate<QuorumSnapshot> condition) =>
        Wait.ForAsync(_monitor.WatchAsync(), condition, "the expected snapshot");
}
