using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

// The snippets of the README are the code that these tests run.
[NonParallelizable]
public sealed class SnippetTests
{
    [TestCase("SampleTests", "My_service_stops_writing_when_quorum_is_lost()")]
    [TestCase("SnippetTests", "ServeAsync(Func<CancellationToken, Task> DoWorkAsync)")]
    public void Snippet_in_the_readme_is_the_code_that_is_tested(string file, string method)
    {
        string source = File.ReadAllText(
            Path.Combine(Repository.Root, "tests/Quorum.Managed.Testing.Tests", file + ".cs"));
        string declaration = method + "\n    {\n";
        int start = source.IndexOf(declaration, StringComparison.Ordinal) + declaration.Length;
        string body = source[start..source.IndexOf("\n    }\n", start, StringComparison.Ordinal)];
        string text = string.Join('\n', body.Split('\n').Select(static line => line.Length > 8 ? line[8..] : line));
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));
        Assert.That(readme, Does.Contain($"```csharp\n{text}\n```"));
    }

    [Test]
    public async Task Work_runs_while_quorate_is_cancelled_on_loss_and_started_again()
    {
        await using SimulatorGroup nodes = SimulatorGroup.Start(3);
        Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, nodes[1].Endpoint);
        try
        {
            TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
            Task serving = ServeAsync(async token =>
            {
                if (first.TrySetResult())
                {
                    await using CancellationTokenRegistration registration = token.Register(lost.SetResult);
                    await lost.Task;
                    token.ThrowIfCancellationRequested();
                }
            });
            await Wait.ForAsync(first.Task, "the first run of the work");
            nodes.Cluster.Partition([1], [2, 3]);
            await Wait.ForAsync(lost.Task, "the cancellation of the work");
            Assert.That(serving.IsCompleted, Is.False);
            nodes.Cluster.Heal();
            await Wait.ForAsync(serving, "the second run of the work");
        }
        finally
        {
            Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, null);
        }
    }

    private static async Task ServeAsync(Func<CancellationToken, Task> DoWorkAsync)
    {
        await using QuorumMonitor monitor = new();
        monitor.Start();
        // The work is cancelled when quorum is lost or unknown, and started again when quorum is back.
        await monitor.RunWhileQuorateAsync(token => DoWorkAsync(token));
    }
}
