using Quorum.Managed.Cli.Output;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Tests;

public sealed class FitTests
{
    [TestCase("abcdef", 6, "abcdef")]
    [TestCase("abcdef", 5, "ab...")]
    [TestCase("abcdef", 3, "abc")]
    [TestCase("abcdef", -1, "")]
    public void Text_is_cut_to_the_width(string text, int width, string expected) =>
        Assert.That(Fit.Text(text, width), Is.EqualTo(expected));

    [TestCase(80, "1 2 3 4 6 7 9")]
    [TestCase(12, "1-4 6 7 9")]
    [TestCase(7, "1-4 ...")]
    public void Nodes_become_ranges_when_too_long(int width, string expected)
    {
        NodeList nodes = [new NodeId(1), new NodeId(2), new NodeId(3), new NodeId(4), new NodeId(6), new NodeId(7), new NodeId(9)];

        Assert.That(Fit.Nodes(nodes, width), Is.EqualTo(expected));
    }
}
