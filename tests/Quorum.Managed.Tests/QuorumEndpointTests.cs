using Quorum.Managed.Ipc;

namespace Quorum.Managed.Tests;

public class QuorumEndpointTests
{
    [TestCase("abstract:quorum", "abstract:quorum")]
    [TestCase("abstract:with:colon", "abstract:with:colon")]
    [TestCase("unix:/run/quorum", "unix:/run/quorum")]
    [TestCase("/tmp/quorum", "unix:/tmp/quorum")]
    public void Parse_one_address_gives_it_and_prints_as_it_reads(string text, string name)
    {
        QuorumEndpoint endpoint = QuorumEndpoint.Parse(text);
        Assert.Multiple(() =>
        {
            Assert.That(endpoint.Name, Is.EqualTo(name));
            Assert.That(endpoint.ToString(), Is.EqualTo(name));
            Assert.That(endpoint.Addresses, Has.Count.EqualTo(1));
            Assert.That(endpoint.Addresses[0].ToString(), Is.EqualTo(name));
            Assert.That(QuorumEndpoint.Parse(endpoint.ToString()).Addresses, Is.EqualTo(endpoint.Addresses));
        });
    }

    [Test]
    public void Parse_automatic_tries_the_abstract_address_first()
    {
        QuorumEndpoint endpoint = QuorumEndpoint.Parse("automatic");
        Assert.That(endpoint, Is.SameAs(QuorumEndpoint.Automatic));
        Assert.That(endpoint.ToString(), Is.EqualTo("automatic"));
        Assert.That(endpoint.Addresses.Select(address => address.ToString()),
            Is.EqualTo(new[] { "abstract:quorum", "unix:/run/quorum", "unix:/var/run/quorum", "unix:/tmp/quorum" }));
    }

    [Test]
    public void Parse_a_name_of_107_bytes_takes_it()
    {
        string name = new('x', 107);
        Assert.That(QuorumEndpoint.Parse("abstract:" + name).Addresses[0].Value, Is.EqualTo(name));
    }

    [TestCase("")]
    [TestCase("quorum")]
    [TestCase("Automatic")]
    [TestCase("abstract:")]
    [TestCase("unix:")]
    [TestCase("unix:relative")]
    [TestCase("tcp:localhost:1")]
    [TestCase("abstract:nul\0inside")]
    [TestCase("unix:/nul\0inside")]
    [TestCase(" /tmp/quorum")]
    public void Parse_anything_else_throws_and_quotes_it(string text) =>
        Assert.That(
            () => QuorumEndpoint.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains($"'{text}'"));

    [Test]
    public void Parse_a_name_of_108_bytes_throws([Values('x', 'ä')] char letter)
    {
        string name = new(letter, letter == 'x' ? 108 : 54);
        Assert.Throws<FormatException>(() => QuorumEndpoint.Parse("abstract:" + name));
        Assert.Throws<FormatException>(() => QuorumEndpoint.Parse("/" + name));
    }

    [Test]
    public void Parse_null_throws() => Assert.Throws<ArgumentNullException>(() => QuorumEndpoint.Parse(null!));

    [Test]
    public void Endpoints_with_the_same_address_are_equal() =>
        Assert.That(QuorumEndpoint.Parse("/run/quorum"), Is.EqualTo(QuorumEndpoint.Path("/run/quorum")));

    [Test]
    public void Abstract_and_Path_with_unusable_names_throw() => Assert.Multiple(() =>
    {
        Assert.That(() => QuorumEndpoint.Abstract(""), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => QuorumEndpoint.Path("relative"), Throws.InstanceOf<ArgumentException>());
        Assert.That(IpcAddress.Path("/x").IsPath);
    });
}
