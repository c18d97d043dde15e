using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The statically linked command where there is nothing else: no library, no /proc, no other file.</summary>
public sealed class StaticFileTests : CorosyncFixture
{
    private static readonly string Root = $"/var/tmp/quorum-empty-{Environment.ProcessId}";

    private CorosyncCluster _cluster = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        string file = await StaticFile.PathAsync();
        Directory.CreateDirectory(Path.Combine(Root, "dev", "shm"));
        File.Copy(file, Path.Combine(Root, "quorum"), overwrite: true);
        _cluster = await CorosyncCluster.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }

        if (Directory.Exists(Root))
        {
            Directory.Delete(Root, recursive: true);
        }
    }

    [TestCase("status")]
    [TestCase("check")]
    [TestCase("wait", "--timeout", "20s")]
    public async Task An_answer_comes_in_an_empty_root_directory(params string[] command)
    {
        await using NodeProcess process = StartInRoot(command);
        process.CloseInput();
        CommandResult result = await process.WaitAsync(Patience);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
    }

    [Test]
    public async Task Watch_follows_in_an_empty_root_directory_and_ends_on_a_signal()
    {
        await using NodeProcess watch = StartInRoot("watch", "--json");
        await watch.ExpectAsync(Patience, "connected", "Q 1 [1]");
        watch.Signal(NodeProcess.Terminate);
        Assert.That((await watch.WaitAsync(Patience)).ExitCode, Is.Zero);
    }

    // The simulator once refused a first connection, only when linked statically and on several processors.
    [Test]
    public async Task A_thousand_simulators_serve_their_first_client()
    {
        const string Script =
            """
            for i in $(seq 1000); do
                exec 9<>"$1/pipe"
                "$0" simulate --endpoint "abstract:first-$$-$i" <&9 >"$1/log" 2>&1 &
                for try in $(seq 2000); do
                    text=$("$0" check --endpoint "abstract:first-$$-$i" 2>&1) && break
                    [[ $text == *"Nobody listens"* ]] || { echo "start $i: $text"; cat "$1/log"; break; }
                done
                kill $! && wait $!
            done 2>/dev/null
            """;
        string file = await StaticFile.PathAsync();
        string folder = Directory.CreateTempSubdirectory("quorum-first-").FullName;
        try
        {
            await using NodeProcess loop = NodeProcess.Start(
                ["bash", "-c", $"mkfifo \"$1/pipe\"; {Script}", file, folder], [], keepOutput: true);
            CommandResult result = await loop.WaitAsync(TimeSpan.FromMinutes(5));
            Assert.That(result.Output, Is.Empty);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private NodeProcess StartInRoot(params string[] command) => _cluster.Node(1).Start(
        [
            "unshare", "--mount", "sh", "-c",
            $"mount --bind /dev/shm {Root}/dev/shm && exec chroot {Root} \"$@\"", "sh", "/quorum", .. command,
        ]);
}
