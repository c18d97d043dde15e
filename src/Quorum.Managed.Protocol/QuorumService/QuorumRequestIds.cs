namespace Quorum.Managed.Protocol;

/// <summary>The ids of the quorum service's requests.</summary>
/// <remarks>
/// corosync 2.99.0 and newer refuse an unknown id; corosync 2.x does not check it. Source:
/// protocol-docs/quorum-messages.md, "Requests".
/// </remarks>
public static class QuorumRequestIds
{
    /// <summary>quorum_getquorate(3): <see cref="GetQuorateRequest"/>.</summary>
    public const int GetQuorate = 0;

    /// <summary>quorum_trackstart(3): <see cref="TrackStartRequest"/>.</summary>
    public const int TrackStart = 1;

    /// <summary>quorum_trackstop(3): <see cref="TrackStopRequest"/>.</summary>
    public const int TrackStop = 2;

    /// <summary>What quorum_initialize(3) asks: <see cref="GetQuorumTypeRequest"/>.</summary>
    public const int GetQuorumType = 3;

    /// <summary>
    /// What quorum_model_initialize(3) asks for model V1: <see cref="ModelGetTypeRequest"/>. corosync 3.1.0 or newer.
    /// </summary>
    public const int ModelGetType = 4;
}
