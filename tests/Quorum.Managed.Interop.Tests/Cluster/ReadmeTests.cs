using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The sample of the README is a program under samples/, which the solution compiles. Here it runs.</summary>
public class ReadmeTests : CorosyncFixture
{
    [Test]
    public void Sample_in_the_readme_is_the_program_that_is_compiled()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        string program = File.ReadAllText(Path.Combine(Repository.Root, "samples/Quickstart/Program.cs"));
        Assert.That(readme, Does.Contain($"```csharp\n{program}```"));
    }

    [Test]
    public async Task Sample_prints_the_state_of_a_real_cluster()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        await using NodeProcess sample =
            cluster.Node(1).Start("dotnet", Path.Combine(AppContext.BaseDirectory, "Quickstart.dll"));
        string? answer = await sample.ReadLineAsync(Patience);
        string? nodeList = await sample.ReadLineAsync(Patience);
        string? quorum = await sample.ReadLineAsync(Patience);
        Assert.That(answer, Is.EqualTo("quorate now: True"));
        Assert.That(nodeList, Does.StartWith("NodeListChanged").And.Contain("Members = [1]"));
        Assert.That(quorum, Does.StartWith("QuorumChanged").And.Contain("Quorate = True"));
    }
}
