using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The quorum command as one statically linked file, built once for all tests by deploy/build.sh.</summary>
internal static class StaticFile
{
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(10);

    private static readonly Lazy<Task<string>> Built = new(BuildAsync);

    /// <summary>The folder that holds the file <c>quorum</c>, and nothing else.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "artifacts", "static");

    /// <summary>Builds the file when it is first asked for, and gives its path.</summary>
    public static Task<string> PathAsync()
    {
        string? missing = new[] { "clang", "ld.lld" }.FirstOrDefault(static program => !Corosync.IsInstalled(program));
        Requirement.Check(missing is null ? null : $"{missing} is not installed", Assert.Ignore, Assert.Fail);
        return Built.Value;
    }

    private static async Task<string> BuildAsync()
    {
        await using NodeProcess build = NodeProcess.Start(
            ["nice", "bash", Path.Combine(Repository.Root, "deploy", "build.sh"), Folder], [], keepOutput: true);
        build.CloseInput();
        CommandResult result = await build.WaitAsync(BuildLimit);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        return Path.Combine(Folder, "quorum");
    }
}
