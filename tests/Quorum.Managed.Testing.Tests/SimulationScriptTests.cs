namespace Quorum.Managed.Testing.Tests;

public sealed class SimulationScriptTests
{
    [Test]
    public void Parse_reads_times_commands_and_comments()
    {
        SimulationScript script = SimulationScript.Parse("""
            # a story

            at 0s say hello there   # aside
            at 500ms leave 3
            after 1.5s partition 1 2 | 3
            at 1m heal
            """);

        Assert.Multiple(() =>
        {
            Assert.That(script.Steps.Select(static step => step.At.TotalSeconds), Is.EqualTo(new[] { 0, 0.5, 2, 60 }));
            Assert.That(script.Steps.Select(static step => step.Line), Is.EqualTo(new[] { 3, 4, 5, 6 }));
            Assert.That(
                script.Steps.Select(static step => step.Command.ToString()),
                Is.EqualTo(new[] { "say hello there", "leave 3", "partition 1 2 | 3", "heal" }));
            Assert.That(script.Steps[0].Command.Saying, Is.EqualTo("hello there"));
            Assert.That(script.Duration, Is.EqualTo(TimeSpan.FromMinutes(1)));
            Assert.That(SimulationScript.Parse(string.Empty).Duration, Is.EqualTo(TimeSpan.Zero));
        });
    }

    [TestCase("at 2s leave 3\nat 1s heal", "line 2: 1s is before 2s")]
    [TestCase("\n\nleave 3", "line 3: 'leave 3' is not a step")]
    [TestCase("at 2 leave 3", "line 1: '2' is not a time")]
    [TestCase("at -2s leave 3", "line 1: '-2s' is not a time")]
    [TestCase("at 1e9s leave 3", "line 1: '1e9s' is not a time")]
    [TestCase("at 2000000s heal", "line 1: '2000000s' is not a time")]
    [TestCase("at 2s", "line 1: 'at 2s' is not a step")]
    [TestCase("at 2s fly 3", "line 1: 'fly 3' is not a command")]
    [TestCase("at 2s leave", "line 1: leave takes one node number")]
    [TestCase("at 2s leave 3 4", "line 1: leave takes one node number")]
    [TestCase("at 2s join x", "line 1: 'x' is not a node number")]
    [TestCase("at 2s kill 0", "line 1: '0' is not a node number")]
    [TestCase("at 2s partition", "line 1: partition takes groups")]
    [TestCase("at 2s partition 1 |", "line 1: partition takes groups")]
    [TestCase("at 2s partition 1 | 1", "line 1: a node can be in one group only")]
    [TestCase("at 2s heal 1", "line 1: heal takes no argument")]
    [TestCase("at 2s quorate maybe", "line 1: quorate takes yes, no or votes")]
    [TestCase("at 2s expected 0", "line 1: expected takes a number of votes")]
    public void Parse_of_a_wrong_line_says_which_and_why(string text, string message) =>
        Assert.That(
            () => SimulationScript.Parse(text), Throws.TypeOf<FormatException>().With.Message.StartsWith(message));

    [Test]
    public async Task Run_reports_each_step_before_it_applies_the_step()
    {
        SimulatedCluster cluster = new(3);
        List<string> reported = [];
        await SimulationScript.Parse("at 1s leave 3\nat 2s partition 1 | 2\nat 3s expected 1").RunAsync(
            cluster, speed: 1000, step => reported.Add($"{step.Command} {cluster.View(1)}"));

        Assert.That(reported, Is.EqualTo(new[]
        {
            "leave 3 node 1: 1.d [1 2 3] quorate",
            "partition 1 | 2 node 1: 1.11 [1 2] quorate",
            "expected 1 node 1: 1.15 [1] not quorate",
        }));
        Assert.That(cluster.View(1).Quorate, Is.True);
    }

    [Test]
    public void Run_with_an_unknown_node_says_the_line() => Assert.That(
        () => SimulationScript.Parse("\nat 0s leave 9").RunAsync(new SimulatedCluster(3)),
        Throws.InvalidOperationException.With.Message.StartsWith("line 2: There is no node 9"));
}
