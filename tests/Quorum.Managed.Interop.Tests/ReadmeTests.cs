using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The README's sample is a program under samples/, compiled with everything else; here it runs.</summary>
public class ReadmeTests : CorosyncFixture
{
    [Test]
    public void Sample_in_the_readme_is_the_program_that_is_compiled() =>
        Assert.That(
            File.ReadAllText(Path.Combine(Repository.Root, "README.md")),
            Does.Contain("```csharp\n" + File.ReadAllText(Path.Combine(Repository.Root, "samples/Quickstart/Program.cs")) + "```"));

    [Test]
    public async Task Sample_prints_the_state_of_a_real_cluster()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        await using NodeProcess sample = cluster.Node(1).Start("dotnet", Path.Combine(AppContext.BaseDirectory, "Quickstart.dll"));
        Assert.That(await sample.ReadLineAsync(Patience), Is.EqualTo("quorate now: True"));
        Assert.That(await sample.ReadLineAsync(Patience), Does.StartWith("NodeListChanged").And.Contain("Members = [1]"));
        Assert.That(await sample.ReadLineAsync(Patience), Does.StartWith("QuorumChanged").And.Contain("Quorate = True"));
    }
}
