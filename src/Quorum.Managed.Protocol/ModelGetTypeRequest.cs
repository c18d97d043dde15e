using Quorum.Managed.Protocol.Layout;

namespace Quorum.Managed.Protocol;

/// <summary>Chooses the events of the connection and asks for the quorum type: what quorum_model_initialize(3) sends. Answered by <see cref="QuorumTypeResponse"/>. Never to a corosync 2.x, which it can crash.</summary>
/// <param name="Model">The model wanted; values that are not in the enum are kept.</param>
/// <remarks>Source: protocol-docs/quorum-messages.md, "MODEL_GETTYPE".</remarks>
public readonly record struct ModelGetTypeRequest(QuorumModel Model)
{
    /// <summary>Bytes of the message.</summary>
    public const int Size = RequestLayout.OneNumberSize;

    /// <summary>Reads a request.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The request.</returns>
    /// <exception cref="WireFormatException">Too few bytes, or a wrong id or size in the header.</exception>
    public static ModelGetTypeRequest Read(ReadOnlySpan<byte> source)
    {
        WireReader reader = WireReader.ForRequest(source, "MODEL_GETTYPE request", RequestIds.ModelGetType, Size);
        return new ModelGetTypeRequest((QuorumModel)reader.UInt32(RequestLayout.ModelGetTypeModel));
    }

    /// <summary>Writes the message; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too small.</exception>
    public int WriteTo(Span<byte> destination)
    {
        WireWriter writer = WireWriter.ForRequest(destination, RequestIds.ModelGetType, Size);
        writer.UInt32(RequestLayout.ModelGetTypeModel, (uint)Model);
        return writer.Length;
    }
}
