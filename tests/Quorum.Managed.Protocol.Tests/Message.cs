namespace Quorum.Managed.Protocol.Tests;

/// <summary>A valid message with zero padding, and the type that reads it.</summary>
/// <param name="Name">For the test's name.</param>
/// <param name="Bytes">The message.</param>
/// <param name="Rewrite">The type's <c>Read</c>, then its <c>WriteTo</c>.</param>
internal sealed record Message(string Name, byte[] Bytes, Rewrite Rewrite)
{
    public override string ToString() => Name;
}
