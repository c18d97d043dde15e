using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Real containers with a network of their own. They reach the daemon by its socket files.</summary>
public sealed class PodmanSocketFileTests : CorosyncFixture
{
    // Debian's libqb keeps the sockets in /tmp. The node's /tmp is its own.
    private static readonly string[] Directory = ["--network=none", "-v", "/dev/shm:/dev/shm", "-v", "/tmp:/tmp"];
    private static readonly string[] Files =
    [
        "--network=none", "-v", "/dev/shm:/dev/shm", "-v", "/tmp/quorum:/run/quorum", "-v", "/tmp/cmap:/run/cmap",
    ];

    [Test]
    public async Task The_directory_of_the_sockets_survives_a_restart_of_the_daemon_and_a_socket_file_does_not()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(
            new() { FileSystemSockets = true, Ipc = ClusterIpc.SharedMemory });
        await using Podman podman = await Podman.CreateAsync(cluster.Node(1));
        await using NodeProcess withFiles = podman.Start([.. Files, Podman.Image, "watch", "--json"]);
        await withFiles.ExpectAsync(Patience, "connected", "Q 1 [1]");
        await using NodeProcess withDirectory = podman.Start([.. Directory, Podman.Image, "watch", "--json"]);
        await withDirectory.ExpectAsync(Patience, "connected", "Q 1 [1]");

        await cluster.StopAsync(1);
        await cluster.StartNodeAsync(1);
        await withDirectory.ExpectAsync(Patience, "disconnected", "connected", "Q 1 [1]");
        await withFiles.ExpectAsync(Patience, "disconnected");

        // A container that is started now mounts the new files.
        CommandResult again = await podman.RunAsync([.. Files, Podman.Image, "check"]);
        Assert.That(again.ExitCode, Is.Zero, again.Error);
    }

    [Test]
    public async Task The_socket_transport_needs_the_hosts_network_and_says_so()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(
            new() { FileSystemSockets = true, Ipc = ClusterIpc.Socket });
        await using Podman podman = await Podman.CreateAsync(cluster.Node(1));
        CommandResult result = await podman.RunAsync([.. Directory, Podman.Image, "check"]);
        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Error, Does.Contain("network namespace").And.Contain("qb_ipc_type: shm"));
    }
}
