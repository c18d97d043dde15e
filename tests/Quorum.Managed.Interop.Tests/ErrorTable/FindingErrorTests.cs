using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Interop.Tests;

/// <summary>How the failures to find and to reach a daemon show.</summary>
[NonParallelizable]
public sealed class FindingErrorTests : ErrorTableFixture
{
    [TearDown]
    public void ClearVariable() => Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, null);

    [Row]
    public void Variable_malformed()
    {
        Environment.SetEnvironmentVariable(QuorumEndpoint.EnvironmentVariable, "tcp:1.2.3.4");
        Expect(() => QuorumConnection.Connect(), "QUORUM_ENDPOINT", "tcp:1.2.3.4");
    }

    [Row]
    public async Task Not_running_abstract()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        await cluster.StopAsync(1);
        Expect(() => ConnectTo(cluster.Node(1)), "'quorum'", "systemctl status corosync", "--network=host");
    }

    [Row]
    public async Task Not_running_path()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { FileSystemSockets = true });
        string path = cluster.Node(1).Root + "/tmp/quorum";
        await cluster.StopAsync(1);
        Expect(() => ConnectTo(path), path, "systemctl status corosync");
    }

    [Row]
    public async Task Stale_path()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { FileSystemSockets = true });
        string path = cluster.Node(1).Root + "/tmp/quorum";
        await cluster.KillAsync(1);
        // The kernel closes the listening socket with the last thread of the daemon. Until then it accepts a client,
        // and drops that client later.
        Wait.Until(
            () => Assert.Throws<QuorumConnectException>(() => ConnectTo(path))!.Stage == IpcStage.Connect,
            "the end of the listening socket",
            Patience);
        Expect(() => ConnectTo(path), path, "left behind");
    }

    [Row]
    public void Planted_path()
    {
        using PlantedSocket planted = new();
        Expect(() => ConnectTo(planted.Path), planted.Path, "uid 65534", "AdditionalTrustedUids");
    }

    [Row]
    public void Planted_abstract()
    {
        using RawDaemon planted = OtherUser.Run(Nobody, Nobody, [], static () => new RawDaemon());
        Expect(() => ConnectTo(planted), planted.Name, "uid 65534", "ss -xlp");
    }

    [Row]
    public void Network_namespace_other()
    {
        // The network namespace of this process has no daemon: the nodes of a cluster have namespaces of their own.
        Expect(
            () => QuorumConnection.Connect(Quick), "network namespace", "--network=host", "force-filesystem-sockets");
    }

    [Row]
    public async Task Network_namespace_other_and_socket_transport()
    {
        await using CorosyncCluster cluster =
            await CorosyncCluster.StartAsync(new() { FileSystemSockets = true, Ipc = ClusterIpc.Socket });
        string path = cluster.Node(1).Root + "/tmp/quorum";
        Expect(() => ConnectTo(path), "socket transport", "--network=host", "qb_ipc_type: shm");
    }

    [Row]
    public void Descriptor_limit()
    {
        using RawDaemon daemon = new();
        QuorumConnectionOptions options = Quick with { Endpoint = QuorumEndpoint.Abstract(daemon.Name) };
        // The first connect of a process opens descriptors for other things too, so it must come before.
        QuorumConnectionOptions first = options with { ConnectTimeout = TimeSpan.FromMilliseconds(1) };
        Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(first));
        QuorumConnectException? failure = null;
        OtherUser.RunWithoutFreeDescriptors(() =>
        {
            try
            {
                QuorumConnection.Connect(options).Dispose();
            }
            catch (QuorumConnectException e)
            {
                failure = e;
            }
        });
        Assert.That(failure, Is.Not.Null);
        Expect(() => throw failure!, "limit of open files", "ulimit -n");
    }
}
