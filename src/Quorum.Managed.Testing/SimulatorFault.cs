using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>
/// Something that a <see cref="QuorumSimulator"/> does wrong on purpose. <see cref="QuorumSimulator.Inject"/> puts it
/// into effect.
/// </summary>
/// <remarks>
/// Immutable. A fault stays in effect until it is lifted, or for as many occasions as <see cref="Times"/> says. Several
/// faults can be in effect at once.
/// </remarks>
public sealed record SimulatorFault
{
    private SimulatorFault(FaultKind kind) => Kind = kind;

    internal FaultKind Kind { get; }

    internal long Number { get; private init; }

    internal TimeSpan Delay { get; private init; }

    internal ReadOnlyMemory<byte> Bytes { get; private init; }

    // int.MaxValue: until the fault is lifted.
    internal int Count { get; private init; } = int.MaxValue;

    /// <summary>Refuses each connection with an error number.</summary>
    /// <param name="errno">
    /// The error number, above 0: 11 EAGAIN (the daemon starts), 13 EACCES (the client is not allowed), 24 EMFILE, 28
    /// ENOSPC, 38 ENOSYS, or any other.
    /// </param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="errno"/> is not above 0.</exception>
    public static SimulatorFault Refuse(int errno) =>
        new(FaultKind.Refuse) { Number = Positive(errno, nameof(errno)) };

    /// <summary>Accepts connections and never answers their handshakes.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault SilentHandshake() => new(FaultKind.SilentHandshake);

    /// <summary>Answers handshakes late.</summary>
    /// <param name="delay">The time between the request and the answer.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault SlowHandshake(TimeSpan delay) => new(FaultKind.SlowHandshake) { Delay = delay };

    /// <summary>Sends other bytes instead of the answer to the handshake, and nothing after them.</summary>
    /// <param name="bytes">The bytes. 12328 of them have the size of an answer.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault GarbageHandshake(ReadOnlyMemory<byte> bytes) =>
        new(FaultKind.GarbageHandshake) { Bytes = bytes.ToArray() };

    /// <summary>Closes the connection in the middle of the answer to the handshake.</summary>
    /// <param name="bytes">The number of bytes of the answer that are sent before, 0 to 12327.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    public static SimulatorFault TruncateHandshake(int bytes) =>
        new(FaultKind.TruncateHandshake) { Number = NotNegative(bytes, nameof(bytes)) };

    /// <summary>
    /// Claims that the rings are larger than their data files. A client that does not check this dies of SIGBUS. Has an
    /// effect with shared memory only.
    /// </summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault ShortRingFiles() => new(FaultKind.ShortRingFiles) { Number = 1 << 20 };

    /// <summary>
    /// Looks at each request late. With a delay above the client's time limit, and with <see cref="Times"/>, this makes
    /// an answer that arrives late and that the client must not take for the answer to its next request.
    /// </summary>
    /// <param name="delay">The time before the simulator looks at a request.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault Slow(TimeSpan delay) => new(FaultKind.Slow) { Delay = delay };

    /// <summary>
    /// Stops the service, as SIGSTOP would stop the daemon. Until the fault is lifted, handshakes and requests are not
    /// answered, and events wait.
    /// </summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault Hang() => new(FaultKind.Hang);

    /// <summary>Reads requests and does not answer them.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault NoAnswer() => new(FaultKind.NoAnswer);

    /// <summary>Answers requests with an error and without a body. The requests have no effect.</summary>
    /// <param name="error">The error, for example <see cref="CorosyncError.TryAgain"/>.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault AnswerError(CorosyncError error) => new(FaultKind.AnswerError) { Number = (int)error };

    /// <summary>
    /// Sends only the first bytes of each answer. The size in the header stays that of the whole answer.
    /// </summary>
    /// <param name="bytes">The number of bytes that are sent, 0 and up.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bytes"/> is negative.</exception>
    public static SimulatorFault TruncateAnswer(int bytes) =>
        new(FaultKind.TruncateAnswer) { Number = NotNegative(bytes, nameof(bytes)) };

    /// <summary>Puts a wrong size into the header of each answer.</summary>
    /// <param name="size">The wrong size, in bytes.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault AnswerSize(int size) => new(FaultKind.AnswerSize) { Number = size };

    /// <summary>Puts a wrong id into the header of each answer.</summary>
    /// <param name="id">The wrong id.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault AnswerId(int id) => new(FaultKind.AnswerId) { Number = id };

    /// <summary>
    /// Commits answers to the ring with a wrong magic. No answer can follow on the same connection. Has an effect with
    /// shared memory only.
    /// </summary>
    /// <param name="magic">The wrong magic.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault ChunkMagic(uint magic = 0xDEADBEEF) => new(FaultKind.ChunkMagic) { Number = magic };

    /// <summary>
    /// Commits answers to the ring with a wrong chunk size. No answer can follow on the same connection. Has an effect
    /// with shared memory only.
    /// </summary>
    /// <param name="size">The wrong size, in bytes.</param>
    /// <returns>The fault.</returns>
    public static SimulatorFault ChunkSize(uint size) => new(FaultKind.ChunkSize) { Number = size };

    /// <summary>
    /// Sends each answer twice. The client finds the second where it expects the answer to its next request.
    /// </summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault AnswerTwice() => new(FaultKind.AnswerTwice);

    /// <summary>
    /// Tells clients to hold their requests, as the daemon does while the membership changes. Requests that arrive
    /// nevertheless wait until the fault is lifted.
    /// </summary>
    /// <param name="value">The flow control word that clients read: 1 or 2.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> is not above 0.</exception>
    public static SimulatorFault FlowControl(int value = 1) =>
        new(FaultKind.FlowControl) { Number = Positive(value, nameof(value)) };

    /// <summary>Closes a connection in order when a request arrives, instead of answering the request.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault Disconnect() => new(FaultKind.Disconnect);

    /// <summary>Kills the node when a request arrives, as <see cref="SimulatedCluster.Kill"/> does.</summary>
    /// <returns>The fault.</returns>
    public static SimulatorFault Die() => new(FaultKind.Die);

    /// <summary>
    /// Makes the same fault for a number of occasions. An occasion is a connection or a request, whichever the fault is
    /// about.
    /// </summary>
    /// <param name="count">
    /// The number of occasions, 1 and up. <see cref="Hang"/> and <see cref="FlowControl"/> ignore it and last until
    /// they are lifted.
    /// </param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public SimulatorFault Times(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return this with { Count = count };
    }

    /// <summary>Gets the name of the fault.</summary>
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
