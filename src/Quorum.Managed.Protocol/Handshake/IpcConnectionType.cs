namespace Quorum.Managed.Protocol;

/// <summary>Which transport the daemon chose for a connection, with the wire's values.</summary>
/// <remarks>
/// Source: qb/qbipcs.h (<c>enum qb_ipc_type</c>), protocol-docs/handshake.md, "Response". Other values may arrive; they
/// are kept as they are.
/// </remarks>
public enum IpcConnectionType
{
    /// <summary>Datagram sockets (protocol-docs/socket-transport.md).</summary>
    Socket = 0,

    /// <summary>Rings in shared memory (protocol-docs/shared-memory-rings.md); corosync's default on Linux.</summary>
    SharedMemory = 1,

    /// <summary>POSIX message queues: declared by libqb, never implemented.</summary>
    PosixMessageQueue = 2,

    /// <summary>System V message queues: declared by libqb, never implemented.</summary>
    SystemVMessageQueue = 3,
}
