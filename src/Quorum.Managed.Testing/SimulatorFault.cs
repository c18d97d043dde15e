using Quorum.Managed.Protocol;
using Quorum.Managed.Testing.Server;

namespace Quorum.Managed.Testing;

/// <summary>Something that a <see cref="QuorumSimulator"/> does wrong on purpose, while it is injected with <see cref="QuorumSimulator.Inject"/>.</summary>
/// <remarks>Immutable. Injecting, lifting and <see cref="Times"/> decide how long it lasts; several faults can be in effect at once.</remarks>
public sealed record SimulatorFault
{
    private SimulatorFault(FaultKind kind) => Kind = kind;

    internal FaultKind Kind { get; }

    internal long Number { get; private init; }

    internal TimeSpan Delay { get; private init; }

    internal ReadOnlyMemory<byte> Bytes { get; private init; }

    // int.MaxValue: until it is lifted.
    internal int Count { get; private init; } = int.MaxValue;

    /// <summary>Answers each handshake with an error: 11 EAGAIN (starting), 13 EACCES (not allowed), 24 EMFILE, 28 ENOSPC, 38 ENOSYS.</summary>
    /// <param name="errno">The error number, above 0.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault Refuse(int errno) => new(FaultKind.Refuse) { Number = Positive(errno, nameof(errno)) };

    /// <summary>Takes connections and never answers their handshake.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault SilentHandshake() => new(FaultKind.SilentHandshake);

    /// <summary>Answers handshakes late.</summary>
    /// <param name="delay">How late.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault SlowHandshake(TimeSpan delay) => new(FaultKind.SlowHandshake) { Delay = delay };

    /// <summary>Sends other bytes instead of the handshake's answer, and then nothing.</summary>
    /// <param name="bytes">The bytes; 12328 make an answer of the right size.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault GarbageHandshake(ReadOnlyMemory<byte> bytes) => new(FaultKind.GarbageHandshake) { Bytes = bytes.ToArray() };

    /// <summary>Closes the connection in the middle of the handshake's answer.</summary>
    /// <param name="bytes">How many bytes of the answer are sent before that, 0 to 12327.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault TruncateHandshake(int bytes) => new(FaultKind.TruncateHandshake) { Number = NotNegative(bytes, nameof(bytes)) };

    /// <summary>Claims larger rings than their data files are: a client that believes it dies of SIGBUS. Shared memory only.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault ShortRingFiles() => new(FaultKind.ShortRingFiles) { Number = 1 << 20 };

    /// <summary>Looks at each request late. With <see cref="Times"/> and a delay above the client's time limit: a late answer, which must not pass for the next one.</summary>
    /// <param name="delay">How late.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault Slow(TimeSpan delay) => new(FaultKind.Slow) { Delay = delay };

    /// <summary>Stands still, as under SIGSTOP: neither handshakes nor requests are answered, and events wait, until it is lifted.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault Hang() => new(FaultKind.Hang);

    /// <summary>Reads requests and does not answer them.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault NoAnswer() => new(FaultKind.NoAnswer);

    /// <summary>Answers requests with an error and without a body, doing nothing.</summary>
    /// <param name="error">For example <see cref="CorosyncError.TryAgain"/>.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault AnswerError(CorosyncError error) => new(FaultKind.AnswerError) { Number = (int)error };

    /// <summary>Sends only the first bytes of each answer.</summary>
    /// <param name="bytes">How many; the size in the answer's header stays.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault TruncateAnswer(int bytes) => new(FaultKind.TruncateAnswer) { Number = NotNegative(bytes, nameof(bytes)) };

    /// <summary>Lies about the size in each answer's header.</summary>
    /// <param name="size">What it says.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault AnswerSize(int size) => new(FaultKind.AnswerSize) { Number = size };

    /// <summary>Puts a wrong id into each answer's header.</summary>
    /// <param name="id">What it says.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault AnswerId(int id) => new(FaultKind.AnswerId) { Number = id };

    /// <summary>Commits answers to the ring with a wrong magic; the connection is of no use afterwards. Shared memory only.</summary>
    /// <param name="magic">The wrong magic.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault ChunkMagic(uint magic = 0xDEADBEEF) => new(FaultKind.ChunkMagic) { Number = magic };

    /// <summary>Commits answers to the ring with a wrong chunk size; the connection is of no use afterwards. Shared memory only.</summary>
    /// <param name="size">The size claimed, in bytes.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault ChunkSize(uint size) => new(FaultKind.ChunkSize) { Number = size };

    /// <summary>Sends each answer twice: the second waits where the next request's answer is expected.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault AnswerTwice() => new(FaultKind.AnswerTwice);

    /// <summary>Tells clients to hold their requests, as a daemon does while the membership changes; what comes nevertheless waits until it is lifted.</summary>
    /// <param name="value">The word for the clients: 1 or 2.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault FlowControl(int value = 1) => new(FaultKind.FlowControl) { Number = Positive(value, nameof(value)) };

    /// <summary>Closes a connection in order when a request comes, instead of answering.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault Disconnect() => new(FaultKind.Disconnect);

    /// <summary>The node dies as by SIGKILL when a request comes: see <see cref="SimulatedCluster.Kill"/>.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault Die() => new(FaultKind.Die);

    /// <summary>The same fault for so many occasions (connections or requests, whichever it is about) instead of until it is lifted.</summary>
    /// <param name="count">1 and up. Ignored by <see cref="Hang"/> and <see cref="FlowControl"/>, which last until they are lifted.</param>
    /// <returns>The fault.</returns>
    public SimulatorFault Times(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return this with { Count = count };
    }

    /// <summary>Its name.</summary>
    /// <returns>For example <c>Slow</c>.</returns>
    public override string ToString() => Kind.ToString();

    private static int Positive(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        return value;
    }

    private static int NotNegative(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        return value;
    }
}
