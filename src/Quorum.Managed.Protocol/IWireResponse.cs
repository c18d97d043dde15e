namespace Quorum.Managed.Protocol;

/// <summary>The answer to a request.</summary>
/// <typeparam name="TSelf">The type that implements this interface.</typeparam>
/// <remarks>Source: protocol-docs/quorum-messages.md, "Responses" and "Refusals".</remarks>
public interface IWireResponse<TSelf>
    where TSelf : IWireResponse<TSelf>
{
    /// <summary>The size of the largest answer in bytes.</summary>
    static abstract int MaxSize { get; }

    /// <summary>The result. With an error, the body was not read.</summary>
    CorosyncError Error { get; }

    /// <summary>Reads an answer or a refusal.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <param name="id">
    /// The id that the answer must have: <see cref="IWireRequest{TResponse}.ResponseId"/> of the request.
    /// </param>
    /// <returns>The answer.</returns>
    /// <exception cref="WireFormatException">The bytes are no answer with this id, and no refusal.</exception>
    static abstract TSelf Read(ReadOnlySpan<byte> source, int id);
}
