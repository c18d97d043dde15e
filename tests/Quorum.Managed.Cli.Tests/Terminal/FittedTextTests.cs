using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Tests;

public sealed class FittedTextTests
{
    [TestCase("abcdef", 6, "abcdef")]
    [TestCase("abcdef", 5, "ab...")]
    [TestCase("abcdef", 3, "abc")]
    [TestCase("abcdef", -1, "")]
    public void Truncate_cuts_to_the_width(string text, int width, string expected) =>
        Assert.That(FittedText.Truncate(text, width), Is.EqualTo(expected));

    [TestCase(80, "1 2 3 4 6 7 9")]
    [TestCase(12, "1-4 6 7 9")]
    [TestCase(7, "1-4 ...")]
    public void Nodes_become_ranges_when_too_long(int width, string expected)
    {
        uint[] ids = [1, 2, 3, 4, 6, 7, 9];
        NodeList nodes = [.. ids.Select(static id => new NodeId(id))];

        Assert.That(FittedText.Nodes(nodes, width), Is.EqualTo(expected));
    }
}
