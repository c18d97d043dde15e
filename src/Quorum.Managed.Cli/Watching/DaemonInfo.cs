using System.Globalization;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Watching;

// Who is watched: what stays the same for the life of a connection.
internal sealed record DaemonInfo(string Endpoint, int ProcessId, IpcConnectionType Transport, QuorumType QuorumType)
{
    public static DaemonInfo Of(QuorumConnection connection) =>
        new(connection.Address.ToString(), connection.Daemon.ProcessId, connection.ConnectionType, connection.QuorumType);

    public override string ToString()
    {
        string process = ProcessId > 0 ? ProcessId.ToString(CultureInfo.InvariantCulture) : "not visible";
        string transport = Transport == IpcConnectionType.SharedMemory ? "shared memory" : "socket";
        string provider = QuorumType == QuorumType.Free ? ", no quorum provider" : string.Empty;
        return $"{Endpoint} (pid {process}, {transport}{provider})";
    }
}
