using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

/// <summary>The programs that generated files are for.</summary>
internal static class GeneratedTools
{
    /// <summary>Ignores the test with the reason where the program is missing; a failure on CI.</summary>
    public static void Require(string program, string package) => Requirement.Check(
        File.Exists("/usr/bin/" + program) ? null : $"needs {program} (apt-get install {package})",
        Assert.Ignore,
        Assert.Fail);

    public static async Task<CommandResult> RunAsync(params string[] command) =>
        await CommandProcess.EndAsync(NodeProcess.Start(command, [], keepOutput: true));
}
