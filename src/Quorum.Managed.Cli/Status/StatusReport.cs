using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// What status and check found out. What they could not find out is null.
internal sealed record StatusReport
{
    public QuorumState State { get; init; }

    public QuorumType? QuorumType { get; init; }

    public RingId? RingId { get; init; }

    public NodeList? Members { get; init; }

    public IpcConnectionType? Transport { get; init; }

    public string? Endpoint { get; init; }

    public int? DaemonProcessId { get; init; }

    public string? Error { get; init; }

    public static StatusReport Failed(string error) => new() { Error = error };

    // Without a quorum provider the daemon says yes whatever happens, on both sides of a cut: such a yes is no answer.
    public static StatusReport Of(QuorumConnection connection, bool quorate) => new()
    {
        State = connection.QuorumType == Protocol.QuorumType.Free ? QuorumState.Unknown
            : quorate ? QuorumState.Quorate
            : QuorumState.Inquorate,
        Error = connection.QuorumType == Protocol.QuorumType.Free ? QuorumErrors.NoProvider : null,
        QuorumType = connection.QuorumType,
        Transport = connection.ConnectionType,
        Endpoint = connection.Address.ToString(),
        DaemonProcessId = connection.Daemon.ProcessId is int pid and > 0 ? pid : null,
    };
}
