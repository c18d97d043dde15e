namespace Quorum.Managed.Cli.Tests;

/// <summary>A table that is followed, as lines.</summary>
public sealed class FollowedLinesTests
{
    private readonly StringWriter _out = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    [SetUp]
    public void Clear()
    {
        _out.GetStringBuilder().Clear();
        _error.GetStringBuilder().Clear();
    }

    [OneTimeTearDown]
    public void Close()
    {
        _out.Dispose();
        _error.Dispose();
    }

    [Test]
    public void Text_is_the_table_and_then_one_line_a_change_in_the_words_of_map()
    {
        using FollowedLines lines = new(new CommandHost(_out, _error), json: false);
        lines.Show(Table(null, Row("1", "up"), Row("2", "up")));
        lines.Show(Table(null, Row("1", "up"), Row("2", "up")));
        lines.Show(Table(null, Row("1", "up"), Row("2", "do\nwn")));
        lines.Show(Table(null, Row("2", "do\nwn"), Row("3", "up")));
        Assert.That(_out.ToString(), Is.EqualTo(
            """
            NODE  STATE
            1     up
            2     up
            modify> 2  do?wn
            create> 3  up
            delete> 1  up

            """));
        Assert.That(_error.ToString(), Is.Empty);
    }

    [Test]
    public void Json_is_one_object_a_row_and_then_one_a_change()
    {
        using FollowedLines lines = new(new CommandHost(_out, _error), json: true);
        lines.Show(Table(null, Row("1", "up")));
        lines.Show(Table(null, Row("1", "down"), Row("2", "up")));
        lines.Show(Table(null, Row("2", "up")));
        Assert.That(_out.ToString(), Is.EqualTo(
            """
            {"node":"1","state":"up"}
            {"node":"1","state":"down","change":"modified"}
            {"node":"2","state":"up","change":"added"}
            {"node":"1","state":"down","change":"deleted"}

            """));
    }

    [Test]
    public void What_is_not_known_is_said_once_and_deletes_nothing()
    {
        using FollowedLines lines = new(new CommandHost(_out, _error), json: true);
        lines.Show(Table(null, Row("1", "up")));
        lines.Show(Table("not known: names."));
        lines.Show(Table("not known: names."));
        lines.Show(Table(null, Row("1", "up")));
        lines.Show(Table("not known: names."));
        Assert.That(_out.ToString(), Is.EqualTo("{\"node\":\"1\",\"state\":\"up\"}\n"));
        Assert.That(_error.ToString(), Is.EqualTo("quorum: not known: names.\nquorum: not known: names.\n"));
    }

    private static FollowedTable Table(string? doubt, params FollowedRow[] rows) =>
        new(["NODE", "STATE"], rows, doubt, IsWhole: doubt is null);

    private static FollowedRow Row(string node, string state) => new(node, [node, state], state != "up", line =>
    {
        line.Json.WriteStartObject();
        line.Json.WriteString("node", node);
        line.Json.WriteString("state", state);
    });
}
