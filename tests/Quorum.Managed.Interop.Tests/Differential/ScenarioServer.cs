namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The server that both clients are connected to.</summary>
public enum ScenarioServer
{
    /// <summary>Real corosync, rings in shared memory.</summary>
    DaemonSharedMemory,

    /// <summary>Real corosync with <c>qb_ipc_type: socket</c>.</summary>
    DaemonSocket,

    /// <summary>The simulator, rings in shared memory.</summary>
    SimulatorSharedMemory,

    /// <summary>The simulator on datagram sockets.</summary>
    SimulatorSocket,
}
