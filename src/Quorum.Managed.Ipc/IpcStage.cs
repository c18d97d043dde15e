namespace Quorum.Managed.Ipc;

/// <summary>The step at which a failure happened. See protocol-docs/errors.md.</summary>
public enum IpcStage
{
    /// <summary>Not set.</summary>
    None = 0,

    /// <summary>Finding out which address to use.</summary>
    Resolve = 1,

    /// <summary>Connecting to the daemon's setup socket.</summary>
    Connect = 2,

    /// <summary>The handshake: the daemon checks this process's credentials, and answers.</summary>
    Authenticate = 3,

    /// <summary>Opening and mapping the files and sockets that the daemon created for the connection.</summary>
    Map = 4,

    /// <summary>A request or its response.</summary>
    Request = 5,

    /// <summary>Waiting for or reading an event.</summary>
    Event = 6,
}
