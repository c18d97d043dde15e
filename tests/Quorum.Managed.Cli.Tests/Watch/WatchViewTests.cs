using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Spectre.Console;

namespace Quorum.Managed.Cli.Tests;

public sealed class WatchViewTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 13, 4, 5, TimeSpan.Zero);
    private static readonly DaemonInfo Daemon = new("unix:/q", 4711, IpcConnectionType.SharedMemory, QuorumType.Set);
    private static readonly RingId Ring = new(new NodeId(1), 0x11);

    [Test]
    public void Build_quorate_shows_banner_and_facts()
    {
        WatchModel model = Quorate();

        string[] lines = Render(model, 48, 20);

        Assert.Multiple(() =>
        {
            Assert.That(lines, Has.Some.Contains("Q U O R A T E"));
            Assert.That(lines, Has.Some.Match("ring id +1\\.11"));
            Assert.That(lines, Has.Some.Match("members +1 2 *$"));
            Assert.That(lines, Has.Some.Contains("pid 4711"));
            Assert.That(lines, Has.Some.Contains("left 3"));
        });
    }

    // Who joined and left follows from the members of two notifications.
    [Test]
    public void Build_of_model_v0_shows_the_sequence_and_who_left()
    {
        WatchModel model = new();
        model.Connected(Time, Daemon);
        model.Notified(Time, new QuorumChangedV0(true, 12, [new NodeId(1), new NodeId(2), new NodeId(3)]));
        model.Notified(Time, new QuorumChangedV0(true, 16, [new NodeId(1), new NodeId(2)]));

        string[] lines = Render(model, 100, 30);

        Assert.Multiple(() =>
        {
            Assert.That(model.State, Is.EqualTo(QuorumState.Quorate));
            Assert.That(lines, Has.Some.Match("ring id +seq 16"));
            Assert.That(lines, Has.Some.Match("members +1 2 *$"));
            Assert.That(lines, Has.Some.Match("left 3 .*seq 16 .*1 2"));
            Assert.That(lines, Has.Some.Match("membership .*seq 12 .*1 2 3"));
        });
    }

    [Test]
    public void Build_shows_names_where_they_fit_and_the_votes_of_the_ring()
    {
        WatchModel model = Quorate();
        ClusterVotes votes = new(3, 3, 2, 2, VoteQuorumFlags.Quorate | VoteQuorumFlags.WaitForAll, 0, "");
        model.Votes = new(new(ClusterPartKind.Votes, Time, null), Ring, votes);
        model.Names = new Dictionary<NodeId, string> { [new NodeId(1)] = "alpha", [new NodeId(3)] = "gamma" };
        string[] lines = Render(model, 70, 24);
        Assert.That(lines, Has.Some.Match("members +1 alpha, 2 *$"));
        Assert.That(lines, Has.Some.Match("votes +2 of 3, quorum 2, flags quorate wait_for_all *$"));
        Assert.That(Render(model, 22, 24), Has.Some.Match("members +1 2 *$"));

        model.Votes = model.Votes with { Ring = new RingId(new NodeId(1), 0x15) };
        Assert.That(Render(model, 70, 24), Has.Some.Match("votes +- *$"), "of other members");
        QuorumException error = new(CorosyncError.TryAgain, 11, IpcStage.Connect, "It is silent.");
        model.Votes = new(new(ClusterPartKind.Votes, null, error), null, null);
        Assert.That(Render(model, 70, 24), Has.Some.Contains("not known: It is silent."));
        model.Disconnected(Time, "It died.");
        Assert.That(Render(model, 70, 24), Has.Some.Match("votes +- *$"));
    }

    [Test]
    public void Build_not_quorate_shows_it()
    {
        WatchModel model = Quorate();
        model.Notified(Time, new QuorumChanged(false, Ring, [new NodeId(1)]));

        Assert.That(Render(model, 60, 16), Has.Some.Contains("N O T   Q U O R A T E"));
    }

    [Test]
    public void Build_disconnected_is_unknown_and_shows_no_old_state()
    {
        WatchModel model = Quorate();
        model.Disconnected(Time, "It died.");
        model.RetryFailed("Nobody listens.");

        string[] lines = Render(model, 60, 16);

        Assert.Multiple(() =>
        {
            Assert.That(model.State, Is.EqualTo(QuorumState.Unknown));
            Assert.That(lines, Has.Some.Contains("U N K N O W N"));
            Assert.That(lines, Has.Some.Match("ring id +- *$"));
            Assert.That(lines, Has.Some.Match("members +- *$"));
            Assert.That(lines, Has.None.Contains("pid 4711"));
            Assert.That(lines, Has.Some.Contains("attempt 1 failed: Nobody listens."));
        });
    }

    [Test]
    public void Build_reconnected_is_unknown_until_the_first_notification()
    {
        WatchModel model = Quorate();
        model.Disconnected(Time, "It died.");
        model.Connected(Time, Daemon);

        Assert.That(model.State, Is.EqualTo(QuorumState.Unknown));
    }

    [TestCase(80, 24)]
    [TestCase(120, 40)]
    [TestCase(60, 16)]
    public void Build_any_size_fits_the_screen(int width, int height)
    {
        WatchModel model = Quorate();
        for (int i = 0; i < 40; i++)
        {
            model.Notified(Time, new QuorumChanged(i % 2 == 0, Ring, [new NodeId(1)]));
        }

        model.Disconnected(Time, new string('x', 500));
        string[] lines = Render(model, width, height);

        Assert.That(lines, Has.Length.LessThanOrEqualTo(height).And.All.Length.LessThanOrEqualTo(width));
    }

    private static WatchModel Quorate()
    {
        WatchModel model = new();
        model.Connected(Time, Daemon);
        model.Notified(Time, new NodeListChanged(Ring, [new NodeId(1), new NodeId(2)], [], [new NodeId(3)]));
        model.Notified(Time, new QuorumChanged(true, Ring, [new NodeId(1), new NodeId(2)]));
        return model;
    }

    private static string[] Render(WatchModel model, int width, int height)
    {
        using StringWriter writer = new();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = width;
        console.Profile.Height = height;
        console.Write(WatchView.Build(model, Time, width, height));
        return writer.ToString().TrimEnd('\n').Split('\n');
    }
}
