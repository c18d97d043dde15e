namespace Quorum.Managed.Cli.Tests;

// Sets a variable of the test process, which every connection reads.
[NonParallelizable]
public sealed class EndpointVariableTests
{
    private string? _before;

    [SetUp]
    public void SetWrongEndpoint()
    {
        _before = Environment.GetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable);
        Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, "nowhere");
    }

    [TearDown]
    public void Restore() => Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, _before);

    [TestCase("status")]
    [TestCase("watch")]
    [TestCase("wait")]
    public async Task Invoke_with_a_wrong_endpoint_in_the_environment_names_the_variable(string command)
    {
        CommandRun run = await CommandRun.InvokeAsync(command);

        Assert.That(run.ExitCode, Is.EqualTo(64));
        Assert.That(run.Error, Does.StartWith("quorum: The environment variable QUORUM_ENDPOINT: 'nowhere'"));
    }

    [Test]
    public async Task Invoke_with_the_option_does_not_read_the_environment()
    {
        CommandRun run = await CommandRun.InvokeAsync("check", "--endpoint", CommandRun.NoSuchEndpoint);

        Assert.That(run.ExitCode, Is.EqualTo(2));
    }
}
