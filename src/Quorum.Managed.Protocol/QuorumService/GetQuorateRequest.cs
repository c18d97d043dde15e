namespace Quorum.Managed.Protocol;

/// <summary>Asks whether the node is in a quorate partition: quorum_getquorate(3).</summary>
/// <remarks>Source: protocol-docs/quorum-messages.md, "GETQUORATE".</remarks>
public readonly record struct GetQuorateRequest : IWireRequest<GetQuorateResponse>
{
    /// <inheritdoc/>
    public static string Name => "getquorate";

    /// <inheritdoc/>
    public static int Id => QuorumRequestIds.GetQuorate;

    /// <inheritdoc/>
    public static int Size => QuorumRequestLayout.BareSize;

    /// <inheritdoc/>
    public static int ResponseId => QuorumResponseIds.GetQuorate;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static GetQuorateRequest Read(ReadOnlySpan<byte> source)
    {
        _ = WireReader.ForRequest(source, "GETQUORATE request", Id, Size);
        return default;
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination) => WireWriter.ForRequest(destination, Id, Size).Length;
}
