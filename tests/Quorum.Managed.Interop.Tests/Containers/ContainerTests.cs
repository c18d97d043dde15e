using System.Globalization;
using System.Text.Json;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// The quorum command in sandboxes that are built like containers (tests/sandbox). A node of a cluster plays the host.
/// </summary>
public sealed class ContainerTests : CorosyncFixture
{
    private const int User = 1000;

    private static readonly string Copy = $"/var/tmp/quorum-sandbox-{Environment.ProcessId}";

    // A sandbox has a /tmp of its own. Programs below the /tmp of the host are copied to where the sandbox sees them.
    private static readonly Lazy<string> Programs = new(static () =>
    {
        if (!AppContext.BaseDirectory.StartsWith("/tmp/", StringComparison.Ordinal))
        {
            return AppContext.BaseDirectory;
        }

        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(Copy, Path.GetRelativePath(AppContext.BaseDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return Copy;
    });

    [OneTimeTearDown]
    public void RemoveCopy()
    {
        if (Directory.Exists(Copy))
        {
            Directory.Delete(Copy, recursive: true);
        }
    }

    [Test]
    public async Task Own_namespaces_with_the_hosts_network_and_shared_memory([Values] ClusterIpc ipc)
    {
        Step[] steps = await RunAsync("a-host-network.sh", new() { Ipc = ipc });
        Assert.That(steps[0].IsQuorate);
        // The sandbox does not see the process namespace of the daemon. The kernel reports the process id 0, and the
        // command prints null.
        Assert.That(steps[0].Json.GetProperty("daemonPid").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task Own_network_namespace_with_the_socket_file_mounted()
    {
        CorosyncClusterOptions options = new() { FileSystemSockets = true, Ipc = ClusterIpc.SharedMemory };
        Step[] steps = await RunAsync("b-own-network.sh", options);
        Assert.That(steps[0].IsQuorate);
        Assert.That(steps[1].IsQuorate);
        Assert.That(steps[1].Json.GetProperty("endpoint").GetString(), Is.EqualTo("unix:/run/quorum"));
        Assert.That(steps[2].Error, Does.Contain("'quorum'").And.Contain("/run/quorum").And.Contain("--network=host"));
        Assert.That(steps[3].Error, Does.Contain("/run/cmap"));
    }

    [Test]
    public async Task Own_network_namespace_and_the_socket_transport_cannot_work_and_the_error_says_why()
    {
        Step[] steps = await RunAsync("b-own-network.sh", new() { FileSystemSockets = true, Ipc = ClusterIpc.Socket });
        Assert.That(steps[0].ExitCode, Is.EqualTo(2));
        Assert.That(steps[0].Error, Does.Contain("network namespace").And.Contain("qb_ipc_type: shm"));
    }

    [Test]
    public async Task User_namespace_of_an_allowed_uid([Values] ClusterIpc ipc)
    {
        Step[] steps = await RunAsync("c-user-namespace.sh", new() { Ipc = ipc, Uids = [User] });
        Assert.That(steps[0].IsQuorate);
    }

    [Test]
    public async Task User_namespace_does_not_believe_a_path_where_root_shows_as_the_overflow_uid()
    {
        CorosyncClusterOptions options = new()
        {
            FileSystemSockets = true,
            Ipc = ClusterIpc.SharedMemory,
            Uids = [User],
        };
        Step[] steps = await RunAsync("c-user-namespace.sh", options, ("SOCKET", "/tmp/quorum"));
        Assert.That(steps[1].ExitCode, Is.EqualTo(2));
        Assert.That(steps[1].Error, Does.Contain("uid 65534").And.Contain("--trust-uid"));
    }

    [Test]
    public async Task Shared_memory_mounted_elsewhere([Values] ClusterIpc ipc)
    {
        Step[] steps = await RunAsync("d-shm-elsewhere.sh", new() { Ipc = ipc });
        Assert.That(steps[0].IsQuorate);
        Assert.That(steps[1].ExitCode, Is.EqualTo(2));
        Assert.That(steps[1].Error, Does.Contain("share the host's /dev/shm"));
    }

    [Test]
    public async Task Read_only_root([Values] ClusterIpc ipc)
    {
        Step[] steps = await RunAsync("e-read-only.sh", new() { Ipc = ipc });
        Assert.That(steps[0].Text, Does.Not.Contain("writable"));
        Assert.That(steps[0].IsQuorate);
        // Without /proc the .NET runtime decides whether the command starts. The output has the outcome.
        TestContext.Out.WriteLine($"without /proc: exit {steps[1].ExitCode}");
    }

    [Test]
    public async Task No_privileges_and_a_seccomp_filter([Values] ClusterIpc ipc)
    {
        string filter = Path.Combine(Path.GetTempPath(), $"quorum-seccomp-{Environment.ProcessId}-{ipc}");
        if (NativeProgram.Compile(["gcc"], "seccomp.c", filter, out string? whyNot) is null)
        {
            Assert.Ignore(whyNot!);
        }

        try
        {
            CorosyncClusterOptions options = new() { Ipc = ipc, Uids = [User] };
            Step[] steps = await RunAsync("f-no-privileges.sh", options, ("SECCOMP", filter));
            Assert.That(steps[0].Text, Does.Contain("CapBnd:\t0000000000000000"));
            Assert.That(steps[0].IsQuorate);
            Assert.That(steps[1].Text, Does.Contain("Seccomp:\t2"));
            Assert.That(steps[1].IsQuorate);
        }
        finally
        {
            File.Delete(filter);
        }
    }

    private static async Task<Step[]> RunAsync(
        string script, CorosyncClusterOptions options, params (string Name, string Value)[] environment)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(options);
        CommandResult result = await cluster.Node(1).RunAsync(
            [
                "env", $"QUORUM=dotnet {Path.Combine(Programs.Value, "quorum.dll")}",
                .. environment.Select(variable => $"{variable.Name}={variable.Value}"),
                "bash", Path.Combine(Programs.Value, "sandbox", script),
            ]);
        TestContext.Out.WriteLine(result.Output + result.Error);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
        return [.. result.Output.Split("# ", StringSplitOptions.RemoveEmptyEntries).Select(text => new Step(text))];
    }

    // The text that one step of a sandbox printed: the name of the step, its output, and "exit N".
    private sealed record Step(string Text)
    {
        private string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public int ExitCode => int.Parse(
            Lines.Last(line => line.StartsWith("exit ", StringComparison.Ordinal))["exit ".Length..],
            CultureInfo.InvariantCulture);

        public JsonElement Json => JsonDocument.Parse(Lines.Single(line => line.StartsWith('{'))).RootElement;

        public bool IsQuorate => ExitCode == 0 && Json.GetProperty("state").GetString() == "quorate";

        public string? Error => Json.GetProperty("error").GetString();
    }
}
