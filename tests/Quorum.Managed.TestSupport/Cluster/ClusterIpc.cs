namespace Quorum.Managed.TestSupport;

/// <summary>How the daemons talk to their clients.</summary>
public enum ClusterIpc
{
    /// <summary>Rings in shared memory.</summary>
    SharedMemory,

    /// <summary>Datagram sockets.</summary>
    Socket,
}
