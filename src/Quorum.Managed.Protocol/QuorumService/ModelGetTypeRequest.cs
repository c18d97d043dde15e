namespace Quorum.Managed.Protocol;

/// <summary>
/// Chooses the model of the connection and asks for the quorum type: what quorum_model_initialize(3) sends. Never send
/// it to corosync 2.x: that daemon does not check the id and can crash.
/// </summary>
/// <param name="Model">The model wanted. Values that are not in the enum are kept.</param>
/// <remarks>Source: protocol-docs/quorum-messages.md, "MODEL_GETTYPE".</remarks>
public readonly record struct ModelGetTypeRequest(QuorumModel Model) : IWireRequest<QuorumTypeResponse>
{
    /// <inheritdoc/>
    public static string Name => "model_gettype";

    /// <inheritdoc/>
    public static int Id => QuorumRequestIds.ModelGetType;

    /// <inheritdoc/>
    public static int Size => QuorumRequestLayout.OneNumberSize;

    /// <inheritdoc/>
    public static int ResponseId => QuorumResponseIds.ModelGetType;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static ModelGetTypeRequest Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForRequest(source, "MODEL_GETTYPE request", Id, Size);
        return new ModelGetTypeRequest((QuorumModel)reader.UInt32(QuorumRequestLayout.ModelGetTypeModel));
    }

    /// <inheritdoc/>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, Id, Size);
        writer.UInt32(QuorumRequestLayout.ModelGetTypeModel, (uint)Model);
        return writer.Length;
    }
}
