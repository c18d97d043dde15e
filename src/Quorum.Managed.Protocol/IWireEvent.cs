namespace Quorum.Managed.Protocol;

/// <summary>A message that a service sends without being asked, once its client has started tracking.</summary>
/// <typeparam name="TSelf">The type that implements this interface. It may be a view of the message.</typeparam>
/// <remarks>Source: protocol-docs/quorum-messages.md, "Events".</remarks>
public interface IWireEvent<TSelf>
    where TSelf : IWireEvent<TSelf>, allows ref struct
{
    /// <summary>The id in the event's header. Ids belong to a service: two services use the same numbers.</summary>
    static abstract int Id { get; }

    /// <summary>Reads an event.</summary>
    /// <param name="source">The message, from its first byte; more bytes may follow.</param>
    /// <returns>The event; a view is valid as long as <paramref name="source"/> is.</returns>
    /// <exception cref="WireFormatException">The bytes are no event of this type.</exception>
    static abstract TSelf Read(ReadOnlySpan<byte> source);
}
