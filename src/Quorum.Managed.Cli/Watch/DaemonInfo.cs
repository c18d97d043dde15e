using System.Globalization;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// The daemon at the other end of a connection. Constant for the life of the connection.
internal sealed record DaemonInfo(string Endpoint, int ProcessId, IpcConnectionType Transport, QuorumType QuorumType)
{
    public static DaemonInfo Of(QuorumConnection connection) => new(
        connection.Address.ToString(), connection.Daemon.ProcessId, connection.ConnectionType, connection.QuorumType);

    // In texts for people.
    public static string NameOf(IpcConnectionType transport) =>
        transport == IpcConnectionType.SharedMemory ? "shared memory" : "socket";

    public override string ToString()
    {
        string process = ProcessId > 0 ? ProcessId.ToString(CultureInfo.InvariantCulture) : "not visible";
        string provider = QuorumType == QuorumType.Free ? ", no quorum provider" : string.Empty;
        return $"{Endpoint} (pid {process}, {NameOf(Transport)}{provider})";
    }
}
