namespace Quorum.Managed.Protocol;

/// <summary>Offsets of the requests' bodies. Defined by protocol-docs/quorum-messages.md, "Requests".</summary>
internal static class QuorumRequestLayout
{
    /// <summary>u32: protocol-docs/quorum-messages.md, "TRACKSTART".</summary>
    public const int TrackStartFlags = 16;

    /// <summary>u32: protocol-docs/quorum-messages.md, "MODEL_GETTYPE".</summary>
    public const int ModelGetTypeModel = 16;

    /// <summary>Bytes of a request without a body: protocol-docs/quorum-messages.md, "Requests".</summary>
    public const int BareSize = 16;

    /// <summary>Bytes of a request with one number: protocol-docs/quorum-messages.md, "Requests".</summary>
    public const int OneNumberSize = 24;
}
