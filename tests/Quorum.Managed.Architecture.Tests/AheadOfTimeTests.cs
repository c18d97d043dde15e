using System.Runtime.InteropServices;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Architecture.Tests;

/// <summary>What is compiled ahead and trimmed: a program that holds all of the libraries, and the tool.</summary>
[NonParallelizable]
public sealed class AheadOfTimeTests
{
    // The first bytes of a native program.
    private static readonly byte[] Elf = [0x7f, (byte)'E', (byte)'L', (byte)'F'];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private string _folder = null!;

    [OneTimeSetUp]
    public void CreateFolder()
    {
        Requirement.Check(
            Corosync.IsInstalled("clang") ? null : "clang is not installed", Assert.Ignore, Assert.Fail);
        _folder = Directory.CreateTempSubdirectory("quorum-ahead-").FullName;
    }

    [OneTimeTearDown]
    public void DeleteFolder()
    {
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    // Warnings are errors, so that one of trimming or of the compiler fails the build.
    [Test]
    public async Task Program_with_all_libraries_compiles_ahead_without_a_warning_and_runs()
    {
        await RunAsync(
            "dotnet", "publish", Path.Combine(Repository.Root, "tests/Quorum.Managed.AotSmoke"),
            "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-nologo", "-v", "quiet", "-o", _folder,
            "--artifacts-path", Path.Combine(Repository.Root, "artifacts/ahead"));
        string output = await RunAsync(Path.Combine(_folder, "Quorum.Managed.AotSmoke"));
        Assert.That(output, Does.EndWith("compiled ahead: True\n"));
    }

    [Test]
    public async Task Tool_of_this_platform_is_a_native_program_and_that_of_any_other_needs_dotnet()
    {
        string packages = Path.Combine(_folder, "packages");
        await RunAsync("bash", Path.Combine(Repository.Root, "deploy/pack.sh"), packages, "Quorum.Managed.Cli");
        string tool = await InstallAsync("Quorum.Managed.Cli");
        Assert.That(await RunAsync(tool, "check", "--help"), Does.Contain("--endpoint"));
        // A demonstration in which there is a loss of quorum and its return.
        string demo = await RunAsync(tool, "demo", "--speed", "100");
        Assert.That(demo, Does.Contain("quorum: not quorate"));
        Assert.That(await FirstBytesAsync(tool), Is.EqualTo(Elf));
        string[] files = Directory.GetFiles(Path.GetDirectoryName(File.ResolveLinkTarget(tool, true)!.FullName)!);
        Assert.That(files.Select(Path.GetFileName), Is.EquivalentTo(["quorum", "DotnetToolSettings.xml"]));

        string fallback = await InstallAsync("Quorum.Managed.Cli.any");
        Assert.That(await RunAsync(fallback, "check", "--help"), Does.Contain("--endpoint"));
        Assert.That(Directory.GetFiles(_folder, "quorum.dll", SearchOption.AllDirectories), Has.Some.Contains("/any/"));

        async Task<string> InstallAsync(string id)
        {
            string tools = Path.Combine(_folder, id);
            await RunAsync(
                "dotnet", "tool", "install", id, "--version", "0.1.0", "--tool-path", tools, "--source", packages);
            return Path.Combine(tools, "quorum");
        }
    }

    private static async Task<byte[]> FirstBytesAsync(string path)
    {
        byte[] bytes = new byte[Elf.Length];
        await using FileStream file = File.OpenRead(path);
        await file.ReadExactlyAsync(bytes);
        return bytes;
    }

    private async Task<string> RunAsync(params string[] command)
    {
        // Builds read the packages where they are. What is installed goes into a cache of this test.
        KeyValuePair<string, string>[] cache = [new("NUGET_PACKAGES", Path.Combine(_folder, "cache"))];
        KeyValuePair<string, string>[] environment =
            [new("MSBUILDDISABLENODEREUSE", "1"), .. command is ["dotnet", "tool", ..] ? cache : []];
        await using NodeProcess process = NodeProcess.Start(command, environment, keepOutput: true);
        CommandResult result = await process.WaitAsync(Patience);
        Assert.That(result.ExitCode, Is.Zero, $"{string.Join(' ', command)}: {result.Output}{result.Error}");
        return result.Output;
    }
}
