namespace Quorum.Managed.Protocol;

/// <summary>The ids of the responses of the quorum service. They are not always those of the requests.</summary>
/// <remarks>Source: protocol-docs/quorum-messages.md, "Responses".</remarks>
public static class ResponseIds
{
    /// <summary>Answers <see cref="RequestIds.GetQuorate"/>: <see cref="GetQuorateResponse"/>.</summary>
    public const int GetQuorate = 0;

    /// <summary>What a refusal carries, whatever was asked: the number of <see cref="GetQuorate"/>, with a header only and an error.</summary>
    public const int Refusal = 0;

    /// <summary>Answers <see cref="RequestIds.TrackStart"/>: <see cref="StatusResponse"/>.</summary>
    public const int TrackStart = 1;

    /// <summary>Answers <see cref="RequestIds.TrackStop"/>: <see cref="StatusResponse"/>.</summary>
    public const int TrackStop = 2;

    /// <summary>Answers <see cref="RequestIds.GetQuorumType"/>: <see cref="QuorumTypeResponse"/>.</summary>
    public const int GetQuorumType = 4;

    /// <summary>Answers <see cref="RequestIds.ModelGetType"/>: <see cref="QuorumTypeResponse"/>.</summary>
    public const int ModelGetType = 5;
}
