using Quorum.Managed.Protocol;

namespace Quorum.Managed.Interop.Tests;

/// <summary>What the daemon of one side of a cut told, and when.</summary>
internal sealed class DeviceCutSide(int node)
{
    private long? _listed;
    private LeaseNews? _quorum;

    public int Node { get; } = node;

    public bool IsComplete => _listed is not null && _quorum is not null;

    /// <summary>When the node list of this side came.</summary>
    public long Listed => _listed!.Value;

    /// <summary>When the quorum notification of this side came.</summary>
    public long Told => _quorum!.Time;

    public RingId Ring => Quorum.RingId;

    public bool IsQuorate => Quorum.Quorate;

    private QuorumChanged Quorum => (QuorumChanged)_quorum!.Notification;

    public void Add(LeaseNews news)
    {
        if (news.Lists(Node))
        {
            _listed ??= news.Time;
        }
        else if (_quorum is null && news.Notification is QuorumChanged { Members.Count: 1 })
        {
            _quorum = news;
        }
    }
}
