namespace Quorum.Managed.Testing;

// Which member of SimulatorFault made a fault.
internal enum FaultKind
{
    None = 0,

    // Faults of the handshake.
    Refuse,
    SilentHandshake,
    SlowHandshake,
    GarbageHandshake,
    TruncateHandshake,
    ShortRingFiles,

    // Faults before a request is answered.
    Slow,
    Hang,
    FlowControl,
    NoAnswer,
    Disconnect,
    Die,

    // Faults of an answer.
    AnswerError,
    TruncateAnswer,
    AnswerSize,
    AnswerId,
    AnswerTwice,
    ChunkMagic,
    ChunkSize,
}
