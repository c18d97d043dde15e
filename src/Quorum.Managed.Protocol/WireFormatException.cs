namespace Quorum.Managed.Protocol;

/// <summary>Bytes from a peer do not follow the protocol. Nothing else escapes from reading them.</summary>
/// <remarks>The connection they came from cannot be trusted any further.</remarks>
public sealed class WireFormatException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="message">What was expected and what was found.</param>
    public WireFormatException(string message)
        : base(message)
    {
    }
}
