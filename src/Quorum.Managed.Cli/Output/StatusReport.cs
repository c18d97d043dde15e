using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Output;

// What status and check found out; what they did not is null.
internal sealed record StatusReport
{
    // Null: unknown.
    public bool? Quorate { get; init; }

    public QuorumType? QuorumType { get; init; }

    public RingId? RingId { get; init; }

    public NodeList? Members { get; init; }

    public IpcConnectionType? Transport { get; init; }

    public string? Endpoint { get; init; }

    public int? DaemonProcessId { get; init; }

    public string? Error { get; init; }

    public static StatusReport Failed(string error) => new() { Error = error };

    public static StatusReport Of(QuorumConnection connection, bool quorate) => new()
    {
        Quorate = quorate,
        QuorumType = connection.QuorumType,
        Transport = connection.ConnectionType,
        Endpoint = connection.Address.ToString(),
        DaemonProcessId = connection.Daemon.ProcessId is var pid and > 0 ? pid : null,
    };
}
