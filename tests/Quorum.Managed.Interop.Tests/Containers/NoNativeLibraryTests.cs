using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// The product needs no native library. The published output has none and imports only libc, and the command runs where
/// the libraries of corosync cannot be loaded.
/// </summary>
public sealed class NoNativeLibraryTests : CorosyncFixture
{
    // Covers every library of corosync and libqb with an empty file, in a mount namespace of its own. The native client
    // must fail there.
    private const string Hiding =
        """
        set -eu
        libraries='/[^ ]*/lib(qb|quorum|votequorum|corosync_common|cmap|cfg|cpg|sam)\.so[^ ]*$'
        for f in $(ldconfig -p | grep -oE "$libraries" | xargs -n1 readlink -f | sort -u); do
            mount --bind /dev/null "$f"
        done
        if corosync-quorumtool -s >&2; then echo 'the libraries are not hidden' >&2; exit 99; fi
        exec "$@"
        """;

    [Test]
    public async Task Status_works_where_libquorum_and_libqb_cannot_be_loaded()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        IEnumerable<string> status = QuorumCli.Command("status", "--json", "--timeout", "20s");
        CommandResult result =
            await cluster.Node(1).RunAsync(["unshare", "--mount", "sh", "-c", Hiding, "sh", .. status]);
        await TestContext.Out.WriteLineAsync(result.Error.Trim());
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
        Assert.That(result.Error, Does.Contain("error while loading shared libraries"));
        Assert.That(QuorumCli.Parse(result.Output).GetProperty("state").GetString(), Is.EqualTo("quorate"));
    }

    [Test]
    public async Task Published_output_has_no_native_library_and_imports_libc_only()
    {
        string output = Directory.CreateTempSubdirectory("quorum-publish-").FullName;
        try
        {
            await PublishAsync(output);
            string[] files = Directory.GetFiles(output, "*", SearchOption.AllDirectories);
            Assert.That(files.Select(Path.GetFileName), Does.Contain("quorum.dll"));
            Assert.Multiple(() =>
            {
                // The launcher, quorum, is the apphost of .NET.
                Assert.That(files.Where(IsElf).Select(Path.GetFileName), Is.SubsetOf(new[] { "quorum" }));
                Assert.That(files.Where(file => file.Contains(".so", StringComparison.Ordinal)), Is.Empty);
                foreach (string file in files.Where(file => file.EndsWith(".dll", StringComparison.Ordinal)))
                {
                    bool ours = Path.GetFileName(file).StartsWith("Quorum.", StringComparison.OrdinalIgnoreCase);
                    Assert.That(
                        NativeImports(file),
                        ours ? Is.SubsetOf(new[] { "libc" }) : Has.None.Contains("quorum").And.None.Contains("qb"),
                        file);
                }
            });

            await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
            CommandResult result = await cluster.Node(1).RunAsync(
                "dotnet", Path.Combine(output, "quorum.dll"), "check", "--timeout", "20s");
            Assert.That(result.ExitCode, Is.Zero, result.ToString());
        }
        finally
        {
            Directory.Delete(output, recursive: true);
        }
    }

    // Publishes the build that these tests belong to. Nothing is compiled again.
    private static async Task PublishAsync(string output)
    {
        string configuration =
            AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";
        string[] publish =
        [
            "publish", "src/Quorum.Managed.Cli", "-c", configuration, "-o", output,
            "--no-build", "--no-self-contained",
        ];
        ProcessStartInfo start = new("dotnet", publish)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using Process process = Process.Start(start)!;
        string log = await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, log);
    }

    private static bool IsElf(string file)
    {
        using FileStream stream = File.OpenRead(file);
        Span<byte> magic = stackalloc byte[4];
        return stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("\u007fELF"u8);
    }

    private static string[] NativeImports(string file)
    {
        using PEReader reader = new(File.OpenRead(file));
        MetadataReader metadata = reader.GetMetadataReader();
        return
        [
            .. Enumerable.Range(1, metadata.GetTableRowCount(TableIndex.ModuleRef))
                .Select(row => metadata.GetModuleReference(MetadataTokens.ModuleReferenceHandle(row)))
                .Select(module => metadata.GetString(module.Name)),
        ];
    }
}
