namespace Quorum.Managed.Protocol;

/// <summary>The ids of the quorum service's responses. They are not always those of the requests.</summary>
/// <remarks>
/// A refusal has <see cref="StatusResponse.RefusalId"/>. Source: protocol-docs/quorum-messages.md, "Responses".
/// </remarks>
public static class QuorumResponseIds
{
    /// <summary>Answers <see cref="GetQuorateRequest"/>: <see cref="GetQuorateResponse"/>.</summary>
    public const int GetQuorate = 0;

    /// <summary>Answers <see cref="TrackStartRequest"/>: <see cref="StatusResponse"/>.</summary>
    public const int TrackStart = 1;

    /// <summary>Answers <see cref="TrackStopRequest"/>: <see cref="StatusResponse"/>.</summary>
    public const int TrackStop = 2;

    /// <summary>Answers <see cref="GetQuorumTypeRequest"/>: <see cref="QuorumTypeResponse"/>.</summary>
    public const int GetQuorumType = 4;

    /// <summary>Answers <see cref="ModelGetTypeRequest"/>: <see cref="QuorumTypeResponse"/>.</summary>
    public const int ModelGetType = 5;
}
