using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Tests;

public sealed class LinksOutputTests
{
    private static readonly NodeId Node = new(2);
    private static readonly CfgLink Up = new(0, true, true, 1446, "10.0.0.1", "10.0.0.2");

    [Test]
    public void Text_is_a_table_with_one_line_a_link() => Assert.That(
        Write(
            json: false,
            new LinkLine(Node, "beta", Up, IsTested: true),
            new LinkLine(Node, "beta", Up with { Number = 1, IsConnected = false }, IsTested: true)),
        Is.EqualTo(
            """
            NODE  NAME  LINK  ENABLED  CONNECTED  MTU   ADDRESSES
            2     beta  0     yes      yes        1446  10.0.0.1 -> 10.0.0.2
            2     beta  1     yes      no         1446  10.0.0.1 -> 10.0.0.2

            """));

    [Test]
    public void Json_is_the_contract() => Assert.That(
        Write(json: true, new LinkLine(Node, "beta", Up, IsTested: true)),
        Is.EqualTo(
            """{"node":2,"name":"beta","link":0,"enabled":true,"connected":true,"mtu":1446""" +
            ""","source":"10.0.0.1","destination":"10.0.0.2"}""" + "\n"));

    // Such a transport tells the other node's address alone, and says "connected" until the node is lost.
    [Test]
    public void Link_of_a_transport_that_does_not_test_it_is_not_called_connected() => Assert.That(
        Write(json: true, new LinkLine(Node, null, Up with { Source = "10.0.0.2", Destination = "" }, IsTested: false)),
        Is.EqualTo(
            """{"node":2,"name":null,"link":0,"enabled":true,"connected":null,"mtu":1446""" +
            ""","source":null,"destination":"10.0.0.2"}""" + "\n"));

    [TestCase(true, true, true, ExpectedResult = false)]
    [TestCase(true, false, true, ExpectedResult = true)]
    [TestCase(false, true, true, ExpectedResult = true)]
    [TestCase(true, true, false, ExpectedResult = false)]
    [TestCase(true, false, false, ExpectedResult = true)]
    public bool Link_is_down_when_it_is_not_used_or_known_to_be_cut(bool enabled, bool connected, bool tested) =>
        new LinkLine(Node, null, Up with { IsEnabled = enabled, IsConnected = connected }, tested).IsDown;

    private static string Write(bool json, params LinkLine[] lines)
    {
        using StringWriter writer = new() { NewLine = "\n" };
        LinksOutput.Write(writer, lines, json);
        return writer.ToString();
    }
}
