using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// What status and check found out. What they could not find out is null.
internal sealed record StatusReport
{
    public QuorumState State { get; init; }

    public QuorumType? QuorumType { get; init; }

    // Null too with model V0, which tells the ring's sequence number only.
    public RingId? RingId { get; init; }

    public ulong? RingSequence { get; init; }

    public NodeList? Members { get; init; }

    public IpcConnectionType? Transport { get; init; }

    public string? Endpoint { get; init; }

    public int? DaemonProcessId { get; init; }

    public string? Error { get; init; }

    // What the answer rests on besides the daemon's word, as JSON has it: "none"; "tokenAge", the daemon's last token
    // is as young as in a live ring; or a QuorumBasis.
    public string? Basis { get; init; }

    // Of other services. It has no part in the answer.
    public StatusDetails Details { get; init; } = new();

    public static StatusReport Failed(string error) => new() { Error = error };

    public static StatusReport Of(QuorumSnapshot snapshot) => new()
    {
        State = snapshot.State,
        RingId = snapshot.RingId,
        RingSequence = snapshot.RingSequence,
        Members = snapshot.RingSequence is null ? null : snapshot.Members,
        Error = snapshot.Error is { } error ? CommandHost.OneLine(error.Message) : null,
        Basis = snapshot.Basis switch
        {
            QuorumBasis.TokenCounter => "tokenCounter",
            QuorumBasis.Timing => "timing",
            QuorumBasis.Fixed => "fixed",
            _ => "none",
        },
    };

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
