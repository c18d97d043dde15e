using System.Diagnostics;
using System.Text.Json;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Real containers on a node: the settings of protocol-docs/containers.md, run by podman.</summary>
[TestFixture(ClusterIpc.SharedMemory)]
[TestFixture(ClusterIpc.Socket)]
public sealed class PodmanTests(ClusterIpc ipc) : CorosyncFixture
{
    private static readonly string[] HostNetwork = ["--network=host"];
    private static readonly string[] HostMemory = ["-v", "/dev/shm:/dev/shm"];
    private static readonly string[] Host = [.. HostNetwork, .. HostMemory];

    private CorosyncCluster _cluster = null!;
    private Podman _podman = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _cluster = await CorosyncCluster.StartAsync(new() { Ipc = ipc, Uids = [1000] });
        _podman = await Podman.CreateAsync(_cluster.Node(1));
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (_podman is not null)
        {
            await _podman.DisposeAsync();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    [Test]
    public async Task Host_network_and_shared_memory_are_enough_for_the_one_file_image()
    {
        JsonElement status = await StatusAsync(Host);
        Assert.That(status.GetProperty("transport").GetString(), Is.EqualTo(
            ipc == ClusterIpc.Socket ? "socket" : "sharedMemory"));
        // The kernel hides the process ids of other namespaces.
        Assert.That(status.GetProperty("daemonPid").ValueKind, Is.EqualTo(JsonValueKind.Null));
    }

    [Test]
    public async Task A_container_in_the_hosts_process_namespace_sees_the_daemons_pid()
    {
        JsonElement status = await StatusAsync([.. Host, "--pid=host"]);
        Assert.That(status.GetProperty("daemonPid").GetInt32(), Is.EqualTo(_cluster.Node(1).Pid));
    }

    [Test]
    public async Task The_hosts_ipc_namespace_brings_its_shared_memory() =>
        await StatusAsync([.. HostNetwork, "--ipc=host"]);

    [Test]
    public async Task The_dotnet_program_works_with_the_runtime_of_the_image()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "quorum.dll");
        CommandResult result = await _podman.RunAsync(
            [.. Host, "--rootfs", "/:O", "dotnet", program, "status", "--json"]);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        Assert.That(QuorumCli.Parse(result.Output).GetProperty("state").GetString(), Is.EqualTo("quorate"));
    }

    [Test]
    public async Task Shared_memory_may_be_mounted_elsewhere()
    {
        string[] elsewhere = [.. HostNetwork, "-v", "/dev/shm:/run/host-shm"];
        await StatusAsync(elsewhere, "--shm-dir", "/run/host-shm");
        CommandResult wrong = await _podman.RunAsync([.. elsewhere, Podman.Image, "check"]);
        Assert.That(wrong.ExitCode, Is.EqualTo(2));
        Assert.That(wrong.Error, Does.Contain("share the host's /dev/shm"));
    }

    [Test]
    public async Task A_read_only_root_and_no_privileges_are_enough()
    {
        await StatusAsync(
        [
            .. Host, "--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL",
            "--security-opt=no-new-privileges", "--user", "1000:1000",
        ]);
    }

    [Test]
    public async Task A_user_without_permission_is_told_which_line_to_write()
    {
        CommandResult refused = await _podman.RunAsync([.. Host, "--user", "1234:1234", Podman.Image, "check"]);
        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Error, Does.Contain("uidgid { uid: 1234 }"));
    }

    [Test]
    public async Task Without_the_hosts_network_the_error_names_the_option()
    {
        CommandResult result = await _podman.RunAsync(["--network=none", .. HostMemory, Podman.Image, "check"]);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("--network=host"));
    }

    [Test]
    public async Task The_health_check_follows_the_daemon()
    {
        await _podman.StartDetachedAsync("health", [.. Host, Podman.Image]);
        Assert.That((await _podman.CommandAsync("healthcheck", "run", "health")).ExitCode, Is.Zero);
        await _cluster.PauseAsync(1);
        try
        {
            Assert.That((await _podman.CommandAsync("healthcheck", "run", "health")).ExitCode, Is.Not.Zero);
        }
        finally
        {
            await _cluster.ContinueAsync(1);
        }

        // A daemon that stood still is not believed before its token is seen again, which takes a second or two.
        long continued = Stopwatch.GetTimestamp();
        int code;
        do
        {
            code = (await _podman.CommandAsync("healthcheck", "run", "health")).ExitCode;
        }
        while (code != 0 && Stopwatch.GetElapsedTime(continued) < Patience);
        Assert.That(code, Is.Zero);
        await _podman.ExpectAsync("rm", "-f", "-t", "0", "health");
    }

    // podman sends SIGTERM, and after the limit SIGKILL, which would show as 137.
    [TestCase("exec", "--", "/quorum", "watch")]
    [TestCase("watch")]
    [TestCase("wait", "--endpoint", "abstract:nobody-listens-here")]
    public async Task Every_long_command_is_stopped_as_the_first_process_of_a_container(params string[] command)
    {
        await _podman.StartDetachedAsync("first", [.. Host, Podman.Image, .. command]);
        await _podman.ExpectAsync("stop", "-t", "60", "first");
        string code = await _podman.ExpectAsync("inspect", "--format", "{{.State.ExitCode}}", "first");
        await _podman.ExpectAsync("rm", "-f", "-t", "0", "first");
        Assert.That(code.Trim(), Is.AnyOf("0", "143"));
    }

    [Test]
    public async Task A_running_container_finds_the_daemon_again_after_its_restart()
    {
        await using NodeProcess watch = _podman.Start([.. Host, Podman.Image, "watch", "--json"]);
        await watch.ExpectAsync(Patience, "connected");
        await _cluster.StopAsync(1);
        await watch.ExpectAsync(Patience, "disconnected");
        await _cluster.StartNodeAsync(1);
        await watch.ExpectAsync(Patience, "connected", "Q 1 [1]");
    }

    private async Task<JsonElement> StatusAsync(string[] container, params string[] options)
    {
        CommandResult result = await _podman.RunAsync([.. container, Podman.Image, "status", "--json", .. options]);
        Assert.That(result.ExitCode, Is.Zero, result.Output + result.Error);
        JsonElement status = QuorumCli.Parse(result.Output);
        Assert.That(status.GetProperty("state").GetString(), Is.EqualTo("quorate"), result.Output);
        return status;
    }
}
