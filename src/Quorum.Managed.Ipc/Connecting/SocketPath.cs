namespace Quorum.Managed.Ipc;

// What lies at the path of a setup socket at which nobody listens.
internal enum SocketPath
{
    // Not found out.
    Unknown = 0,

    // A socket.
    Socket = 1,

    // A socket whose name was removed. It is still reached through the mount of a single file.
    Replaced = 2,

    // A directory.
    Directory = 3,

    // Something else.
    Other = 4,
}
