namespace Quorum.Managed.Protocol;

/// <summary>Offsets of the responses' bodies. Defined by protocol-docs/quorum-messages.md, "Responses".</summary>
internal static class QuorumResponseLayout
{
    /// <summary>u32: protocol-docs/quorum-messages.md, "GETQUORATE".</summary>
    public const int Quorate = 24;

    /// <summary>u32: protocol-docs/quorum-messages.md, "GETTYPE" and "MODEL_GETTYPE".</summary>
    public const int QuorumType = 24;

    /// <summary>Bytes of a response that is a header only: protocol-docs/quorum-messages.md, "Responses".</summary>
    public const int BareSize = 24;

    /// <summary>Bytes of a response with one number: protocol-docs/quorum-messages.md, "Responses".</summary>
    public const int OneNumberSize = 32;
}
