using System.IO.Compression;
using System.Xml.Linq;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Architecture.Tests;

/// <summary>
/// The packages as users get them. They are packed from this build and restored from a folder into a fresh project,
/// which runs.
/// </summary>
[NonParallelizable]
public sealed class PackageTests
{
    private const string Consumer =
        """
        using Quorum.Managed;
        using Quorum.Managed.Hosting;
        using Quorum.Managed.Testing;
        using Microsoft.Extensions.DependencyInjection;

        await using QuorumSimulator? simulator = args is ["simulator"] ? QuorumSimulator.Start() : null;
        ServiceCollection services = new();
        services.AddLogging();
        services.AddQuorumMonitor(settings => settings.Endpoint = simulator?.Endpoint ?? "automatic");
        await using ServiceProvider provider = services.BuildServiceProvider();
        QuorumMonitor monitor = provider.GetRequiredService<QuorumMonitor>();
        monitor.Start();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        Console.WriteLine(await monitor.WaitForQuorumAsync(limit.Token));
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private static readonly string[] Ids =
    [
        "Quorum.Managed",
        "Quorum.Managed.AspNetCore",
        "Quorum.Managed.Cli",
        "Quorum.Managed.Hosting",
        "Quorum.Managed.Ipc",
        "Quorum.Managed.OpenTelemetry",
        "Quorum.Managed.Protocol",
        "Quorum.Managed.Testing",
    ];

    private string _folder = null!;

    private string Packages => Path.Combine(_folder, "packages");

    [OneTimeSetUp]
    public async Task Pack()
    {
        _folder = Directory.CreateTempSubdirectory("quorum-packages-").FullName;
        foreach (string id in Ids)
        {
            string project = Path.Combine(Repository.Root, "src", id);
            await RunAsync(
                "dotnet", "pack", project, "-c", Build.Configuration, "--no-build", "-nologo", "-o", Packages);
        }
    }

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestCaseSource(nameof(Ids))]
    public void Package_has_readme_license_icon_documentation_symbols_and_repository(string id)
    {
        string path = Directory.GetFiles(Packages, $"{id}.?.?.?.nupkg").Single();
        using ZipArchive package = ZipFile.OpenRead(path);
        string[] names = [.. package.Entries.Select(entry => entry.FullName)];
        string assembly = id == "Quorum.Managed.Cli" ? "quorum" : id;
        Assert.That(names, Does.Contain("README.md").And.Contain("LICENSE").And.Contain("icon.png"));
        Assert.That(names, Has.Some.EndsWith($"/{assembly}.dll"));
        if (id != "Quorum.Managed.Cli")
        {
            Assert.That(names, Has.Some.EndsWith($"/{assembly}.xml"));
        }

        using Stream nuspec = package.GetEntry(id + ".nuspec")!.Open();
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single();
        XElement Field(string name) => metadata.Elements().Single(element => element.Name.LocalName == name);
        Assert.That(Field("license").Value, Is.EqualTo("MIT"));
        Assert.That(Field("readme").Value, Is.EqualTo("README.md"));
        Assert.That(Field("repository").Attribute("type")!.Value, Is.EqualTo("git"));

        using ZipArchive symbols = ZipFile.OpenRead(Path.ChangeExtension(path, "snupkg"));
        Assert.That(symbols.Entries.Select(entry => entry.Name), Does.Contain(assembly + ".pdb"));
    }

    [Test]
    public async Task Packages_restore_into_a_fresh_project_that_runs_against_the_simulator_and_a_real_daemon()
    {
        string project = Path.Combine(_folder, "consumer");
        Directory.CreateDirectory(project);
        await File.WriteAllTextAsync(Path.Combine(project, "Program.cs"), Consumer);
        // The packages of this build come from its folder; all others come from where this build got them.
        await File.WriteAllTextAsync(
            Path.Combine(project, "nuget.config"),
            $"""
            <configuration>
              <packageSources><add key="packed" value="{Packages}" /></packageSources>
              <config><add key="globalPackagesFolder" value="{Path.Combine(_folder, "cache")}" /></config>
            </configuration>
            """);
        await File.WriteAllTextAsync(
            Path.Combine(project, "consumer.csproj"),
            """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Quorum.Managed.Hosting" Version="0.1.0" />
                <PackageReference Include="Quorum.Managed.Testing" Version="0.1.0" />
                <PackageReference Include="Microsoft.Extensions.Logging" Version="10.0.14" />
              </ItemGroup>
            </Project>
            """);
        await RunAsync("dotnet", "build", project, "-nologo", "-v", "quiet", "-o", Path.Combine(project, "out"));
        string program = Path.Combine(project, "out/consumer.dll");
        Assert.That(await RunAsync("dotnet", program, "simulator"), Does.StartWith("quorate, ring"));

        if (Corosync.IsAvailable)
        {
            await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
            CommandResult real = await cluster.Node(1).RunAsync("dotnet", program);
            Assert.That(real.Output, Does.StartWith("quorate, ring"), real.Error);
        }
    }

    [Test]
    public async Task Tool_installs_from_its_package_and_runs()
    {
        string tools = Path.Combine(_folder, "tools");
        await RunAsync(
            "dotnet", "tool", "install", "Quorum.Managed.Cli", "--version", "0.1.0",
            "--tool-path", tools, "--source", Packages);
        Assert.That(await RunAsync(Path.Combine(tools, "quorum"), "exec", "--help"), Does.Contain("--grace"));
    }

    private async Task<string> RunAsync(params string[] command)
    {
        string global = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget/packages");
        // The packages of this build go into a cache of this test; all others are read where they are.
        KeyValuePair<string, string>[] cache =
        [
            new("NUGET_PACKAGES", Path.Combine(_folder, "cache")),
            new("NUGET_FALLBACK_PACKAGES", global),
        ];
        KeyValuePair<string, string>[] environment =
            [new("MSBUILDDISABLENODEREUSE", "1"), .. command[1] == "pack" ? [] : cache];
        await using NodeProcess process = NodeProcess.Start(command, environment, keepOutput: true);
        CommandResult result = await process.WaitAsync(Patience);
        Assert.That(result.ExitCode, Is.Zero, $"{string.Join(' ', command)}: {result.Output}{result.Error}");
        return result.Output;
    }
}
