namespace Quorum.Managed.Testing.Server;

// What SimulatorFault's members mean to the server.
internal enum FaultKind
{
    None = 0,
    Refuse,
    SilentHandshake,
    SlowHandshake,
    GarbageHandshake,
    TruncateHandshake,
    ShortRingFiles,
    Slow,
    Hang,
    NoAnswer,
    AnswerError,
    TruncateAnswer,
    AnswerSize,
    AnswerId,
    ChunkMagic,
    ChunkSize,
    AnswerTwice,
    FlowControl,
    Disconnect,
    Die,
}
