using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Tests;

public sealed class NodesOutputTests
{
    private static readonly ClusterView View = new()
    {
        Nodes =
        [
            new()
            {
                Id = new NodeId(1),
                Name = "alpha",
                IsLocal = true,
                Votes = 2,
                State = ClusterNodeState.Member,
                Addresses = ["10.0.0.1", "10.1.0.1"],
            },
            new() { Id = new NodeId(12), Name = "be\nta", State = ClusterNodeState.Absent },
        ],
    };

    [Test]
    public void Text_is_a_table_with_one_line_a_node()
    {
        using StringWriter writer = new() { NewLine = "\n" };
        NodesOutput.WriteText(writer, View);

        Assert.That(writer.ToString(), Is.EqualTo(
            """
            NODE  NAME           VOTES  STATE   ADDRESSES
            1     alpha (local)  2      member  10.0.0.1 10.1.0.1
            12    be?ta          -      absent  -

            """));
    }

    [Test]
    public void Json_is_the_contract()
    {
        using StringWriter writer = new();
        NodesOutput.WriteJson(writer, View);

        const string Expected =
            """{"id":1,"name":"alpha","votes":2,"state":"member","local":true,"addresses":["10.0.0.1","10.1.0.1"]}"""
            + "\n"
            + """{"id":12,"name":"be\nta","votes":null,"state":"absent","local":false,"addresses":[]}""" + "\n";
        Assert.That(writer.ToString(), Is.EqualTo(Expected));
    }

    [TestCase("nodes")]
    [TestCase("links")]
    [TestCase("map")]
    [TestCase("map", "--stats")]
    [TestCase("map", "--follow")]
    public async Task Command_without_a_daemon_exits_2_with_one_line(params string[] command)
    {
        CommandRun run = await CommandRun.InvokeAsync([.. command, "--json", "--endpoint", CommandRun.NoSuchEndpoint]);

        Assert.That(run.ExitCode, Is.EqualTo(2));
        Assert.That(run.Out, Is.Empty);
        Assert.That(run.Error, Does.Match(@"\Aquorum: [^\n]+\n\z"));
    }
}
