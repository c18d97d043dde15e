namespace Quorum.Managed.Protocol;

/// <summary>A request to one of corosync's services. Its type knows all that is fixed about it.</summary>
/// <typeparam name="TResponse">The type of the answer.</typeparam>
/// <remarks>Source: protocol-docs/quorum-messages.md, "Requests".</remarks>
public interface IWireRequest<TResponse>
    where TResponse : IWireResponse<TResponse>
{
    /// <summary>
    /// The name of the request for messages, in the words of corosync's libraries: <c>getquorate</c>.
    /// </summary>
    static abstract string Name { get; }

    /// <summary>The id in the request's header. Ids belong to a service: two services use the same numbers.</summary>
    static abstract int Id { get; }

    /// <summary>The size of the whole request in bytes.</summary>
    static abstract int Size { get; }

    /// <summary>The id in the header of the answer. It is not always <see cref="Id"/>.</summary>
    static abstract int ResponseId { get; }

    /// <summary>Whether an error is an ordinary answer to the request, rather than a failure.</summary>
    /// <param name="error">The error of the answer.</param>
    /// <returns>
    /// <see langword="true"/> for <see cref="CorosyncError.Ok"/>, and for the errors that the request's type names.
    /// </returns>
    static virtual bool IsAnswer(CorosyncError error) => error == CorosyncError.Ok;

    /// <summary>Writes the request; padding is zero.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <returns>The bytes written: <see cref="Size"/>.</returns>
    /// <exception cref="ArgumentException">
    /// <paramref name="destination"/> is too small, or a part of the request cannot be sent.
    /// </exception>
    int WriteTo(Span<byte> destination);
}
