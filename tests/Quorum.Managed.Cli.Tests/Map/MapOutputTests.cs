using Quorum.Managed.Protocol;
using Quorum.Managed.Testing;

namespace Quorum.Managed.Cli.Tests;

public sealed class MapOutputTests
{
    private static readonly CmapValue Float = CmapValue.FromBytes(CmapValueType.F32, BitConverter.GetBytes(1.5f));
    private static readonly CmapValue Bytes = CmapValue.FromBytes(CmapValueType.Binary, [1, 255]);

    [Test]
    public void Text_is_that_of_corosync_cmapctl() => Assert.That(
        Write(json: false, static output =>
        {
            output.Value("a.number", CmapValue.Of(3u));
            output.Value("a.text", CmapValue.Of("r(0) ip(10.0.0.1) "));
            output.Value("a.float", Float);
            output.Value("two.lines", CmapValue.Of("a\nb"));
            output.Value("a.binary", Bytes);
        }),
        Is.EqualTo(
            "a.number (u32) = 3\na.text (str) = r(0) ip(10.0.0.1) \na.float (flt) = 1.500000\n"
            + "two.lines (str) = a?b\na.binary (bin) = 01FF\n"));

    [Test]
    public void Change_as_text_has_the_verb_of_corosync_cmapctl() => Assert.That(
        Write(json: false, static output =>
        {
            output.Change(new(1, "k", CmapChanges.Added, CmapValue.Of(1u), null));
            output.Change(new(1, "k", CmapChanges.Modified, CmapValue.Of(2u), CmapValue.Of(1u)));
            output.Change(new(1, "k", CmapChanges.Deleted, null, CmapValue.Of(2u)));
        }),
        Is.EqualTo("create> k (u32) = 1\nmodify> k (u32) = 2\ndelete> k (u32) = 2\n"));

    [Test]
    public void Json_is_the_contract() => Assert.That(
        Write(json: true, static output =>
        {
            output.Value("a", CmapValue.Of(ulong.MaxValue));
            output.Value("b", CmapValue.Of("x\ny"));
            output.Value("c", Float);
            output.Value("d", Bytes);
            output.Change(new(1, "k", CmapChanges.Added, CmapValue.Of(1u), null));
            output.Change(new(1, "k", CmapChanges.Deleted, null, CmapValue.Of("gone")));
        }),
        Is.EqualTo(
            """
            {"key":"a","type":"u64","value":18446744073709551615}
            {"key":"b","type":"str","value":"x\ny"}
            {"key":"c","type":"flt","value":1.5}
            {"key":"d","type":"bin","value":"01FF"}
            {"key":"k","type":"u32","value":1,"change":"added","oldValue":null}
            {"key":"k","type":"str","value":null,"change":"deleted","oldValue":"gone"}

            """));

    [Test]
    public async Task Prefix_longer_than_any_key_is_a_usage_error()
    {
        CommandRun run = await CommandRun.InvokeAsync("map", new string('x', 256));
        CommandRun bytes = await CommandRun.InvokeAsync("map", new string('é', 128));

        Assert.That(run.ExitCode, Is.EqualTo(64));
        Assert.That(run.Error, Does.Match(@"\Aquorum: PREFIX is longer than 255 bytes[^\n]+\n\z"));
        Assert.That(bytes.ExitCode, Is.EqualTo(64));
    }

    [TestCase("map", "a", "b")]
    [TestCase("map", "--stat")]
    [TestCase("nodes", "2")]
    [TestCase("links", "--node", "2")]
    [TestCase("nodes", "--follow", "--timeout", "soon")]
    public async Task Wrong_arguments_are_a_usage_error_in_one_line(params string[] command)
    {
        CommandRun run = await CommandRun.InvokeAsync([.. command, "--endpoint", CommandRun.NoSuchEndpoint]);
        Assert.That(run.ExitCode, Is.EqualTo(64));
        Assert.That(run.Out, Is.Empty);
        Assert.That(run.Error, Does.Match(@"\Aquorum: [^\n]+\n\z"));
    }

    [TestCase("no.such.key", "quorum: no key of corosync's configuration map begins with 'no.such.key'.\n")]
    [TestCase("--stats no.such", "quorum: no key of corosync's statistics map begins with 'no.such'.\n")]
    public async Task Unknown_key_exits_1_with_one_line(string words, string error)
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        CommandRun run = await CommandRun.InvokeAsync(
            ["map", .. words.Split(' '), "--json", "--endpoint", simulator.Endpoint]);
        Assert.That((run.ExitCode, run.Out, run.Error), Is.EqualTo((1, "", error)));
    }

    // A number and a text under one prefix: each is shown as what it is.
    [Test]
    public async Task Values_of_each_type_are_shown_as_they_are()
    {
        await using QuorumSimulator simulator = QuorumSimulator.Start();
        simulator.SetKey("own.a", CmapValue.Of(7u));
        simulator.SetKey("own.b", CmapValue.Of("7"));
        CommandRun run = await CommandRun.InvokeAsync("map", "own.", "--endpoint", simulator.Endpoint);
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((0, "own.a (u32) = 7\nown.b (str) = 7\n")));
    }

    private static string Write(bool json, Action<MapOutput> write)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        using MapOutput output = new(writer, json);
        write(output);
        return writer.ToString();
    }
}
