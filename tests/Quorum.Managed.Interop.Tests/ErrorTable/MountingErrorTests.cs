using System.Globalization;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// How mistakes in mounting the host's files show. The mounts are real. A process of another mount namespace makes
/// them, and this process reaches them below the root directory of that process.
/// </summary>
[NonParallelizable]
public sealed class MountingErrorTests : ErrorTableFixture
{
    private const string MountFiles =
        "for s in quorum cmap; do touch /run/$s; mount --bind /tmp/$s /run/$s; done";

    private static readonly CorosyncClusterOptions SocketFiles =
        new() { FileSystemSockets = true, Ipc = ClusterIpc.SharedMemory };

    [Row]
    public async Task Socket_file_mounted_and_replaced()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(SocketFiles);
        await using NodeProcess container = await MountAsync(cluster.Node(1), MountFiles);
        string path = RootOf(container) + "/run/quorum";
        ConnectTo(path).Dispose();
        await cluster.StopAsync(1);
        await cluster.StartNodeAsync(1);
        Expect(() => ConnectTo(path), path, "after it was mounted", "mount the directory", "restart this container");
    }

    [Test]
    public async Task Socket_whose_directory_is_mounted_is_found_again_after_a_restart()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(SocketFiles);
        await using NodeProcess container =
            await MountAsync(cluster.Node(1), "mount --bind -o ro /tmp /mnt; mount -o remount,bind,ro /mnt");
        string path = RootOf(container) + "/mnt/quorum";
        ConnectTo(path).Dispose();
        await cluster.StopAsync(1);
        await cluster.StartNodeAsync(1);
        Assert.That(() => ConnectTo(path).Dispose(), Throws.Nothing);
    }

    [Test]
    public async Task Replaced_socket_is_told_among_several_addresses_and_without_native_calls()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(SocketFiles);
        await using NodeProcess container = await MountAsync(cluster.Node(1), MountFiles);
        string path = RootOf(container) + "/run/quorum";
        await cluster.StopAsync(1);
        await cluster.StartNodeAsync(1);
        QuorumConnectionOptions options = Quick with { Endpoint = QuorumEndpoint.Path(path) };
        foreach (WaitStrategy strategy in (WaitStrategy[])[WaitStrategy.Blocking, WaitStrategy.Polling])
        {
            QuorumConnectException e = Assert.Throws<QuorumConnectException>(
                () => QuorumConnection.Connect(options with { WaitStrategy = strategy }))!;
            Assert.That(e.Message, Does.Contain("mount the directory of the socket"));
        }

        IpcException several = Assert.Throws<IpcException>(() => IpcConnection.Connect(
            new() { Addresses = [IpcAddress.Abstract("quorum-none"), IpcAddress.Path(path)] }))!;
        Assert.That(several.Message, Does.Contain("'quorum-none'").And.Contain("mount the directory of the socket"));
    }

    [Row]
    public async Task Directory_in_place_of_the_socket()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(
            SocketFiles with { Timeout = TimeSpan.FromSeconds(5) });
        string path = cluster.Node(1).Root + "/tmp/quorum";
        await cluster.StopAsync(1);
        Directory.CreateDirectory(path);
        Expect(() => ConnectTo(path), path, "a directory", "remove the directory on the host");
        // As the message says.
        Assert.That(() => cluster.StartNodeAsync(1), Throws.InstanceOf<InvalidOperationException>());
    }

    [Row]
    public void File_in_place_of_the_socket()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("quorum-mount-");
        try
        {
            string path = directory.FullName + "/quorum";
            File.WriteAllText(path, "");
            Expect(() => ConnectTo(path), path, "not a socket");
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Row]
    public async Task Shared_memory_read_only()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { PrivateSharedMemory = true });
        await using NodeProcess container = await MountAsync(
            cluster.Node(1), "mount --bind /dev/shm /dev/shm; mount -o remount,bind,ro /dev/shm");
        QuorumConnectionOptions options =
            Quick with { SharedMemoryDirectory = RootOf(container) + "/dev/shm", WaitStrategy = WaitStrategy.Polling };
        string[] words = ["mounted read-only", "without :ro", "readOnly"];
        Expect(() => ConnectTo(cluster.Node(1), options), words);
        Expect(() => ConnectTo(cluster.Node(1), options with { WaitStrategy = WaitStrategy.Blocking }), words);
    }

    [Row]
    public async Task Shared_memory_directory_missing()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        QuorumConnectionOptions options =
            Quick with { SharedMemoryDirectory = "/nowhere/shm", WaitStrategy = WaitStrategy.Polling };
        string[] words = ["/nowhere/shm does not exist", "-v /dev/shm:"];
        Expect(() => ConnectTo(cluster.Node(1), options), words);
        Expect(() => ConnectTo(cluster.Node(1), options with { WaitStrategy = WaitStrategy.Blocking }), words);
    }

    [Row]
    public async Task Shared_memory_directory_is_a_file()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        QuorumConnectionOptions options =
            Quick with { SharedMemoryDirectory = "/etc/passwd", WaitStrategy = WaitStrategy.Polling };
        Expect(() => ConnectTo(cluster.Node(1), options), "/etc/passwd is not a directory");
        Expect(
            () => ConnectTo(cluster.Node(1), options with { WaitStrategy = WaitStrategy.Blocking }),
            "/etc/passwd is not a directory");
    }

    // A process with a mount namespace of its own on the node, in which the commands have run.
    private static async Task<NodeProcess> MountAsync(CorosyncNode node, string commands)
    {
        NodeProcess process = node.Start(
            "unshare", "--mount", "bash", "-ec", $"mount -t tmpfs none /run; {commands}; echo ready; exec cat");
        try
        {
            await process.ReadUntilAsync(static line => line == "ready", Patience);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    private static string RootOf(NodeProcess process) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Pid}/root");
}
