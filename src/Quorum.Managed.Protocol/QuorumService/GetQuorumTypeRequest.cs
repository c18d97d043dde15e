namespace Quorum.Managed.Protocol;

/// <summary>
/// Asks for the quorum type and leaves the connection on model V0: what quorum_initialize(3) sends.
/// </summary>
/// <remarks>Source: protocol-docs/quorum-messages.md, "GETTYPE".</remarks>
public readonly record struct GetQuorumTypeRequest : IWireRequest<QuorumTypeResponse>
{
    /// <inheritdoc/>
    public static string Name => "gettype";

    /// <inheritdoc/>
    public static int Id => QuorumRequestIds.GetQuorumType;

    /// <inheritdoc/>
    public static int Size => QuorumRequestLayout.BareSize;

    /// <inheritdoc/>
    public static int ResponseId => QuorumResponseIds.GetQuorumType;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static GetQuorumTypeRequest Read(ReadOnlySpan<byte> source)
    {
        _ = WireReader.ForRequest(source, "GETTYPE request", Id, Size);
        return default;
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => WireWriter.ForRequest(destination, Id, Size).Length;
}
