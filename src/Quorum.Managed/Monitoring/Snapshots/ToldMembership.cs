using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// What the daemon's notifications told on one connection: the newest quorum notification, and the node lists since the
// last snapshot that took them.
internal sealed class ToldMembership
{
    private RingId? _listRing;
    private NodeList _joined;
    private NodeList _left;
    private bool _isTaken = true;

    public ToldQuorum? Quorum { get; private set; }

    // The newest node list belongs to a newer ring than the quorum notification.
    public bool ListIsNewer { get; private set; }

    // False for a notification that tells nothing here.
    public bool Add(QuorumNotification notification)
    {
        switch (notification)
        {
            case NodeListChanged list:
                _joined = _isTaken ? list.Joined : Union(_joined, list.Joined);
                _left = _isTaken ? list.Left : Union(_left, list.Left);
                _isTaken = false;
                _listRing = list.RingId;
                ListIsNewer = list.RingId != Quorum?.RingId;
                return true;
            case QuorumChanged quorum:
                Quorum = ToldQuorum.Of(quorum);
                ListIsNewer = _listRing is { } ring && IsOlder(quorum.RingId, ring);
                return true;
            case QuorumChangedV0 quorum:
                AddChange(quorum);
                Quorum = ToldQuorum.Of(quorum);
                return true;
            default:
                return false;
        }
    }

    // The nodes that joined and left with the ring of the quorum notification, and with those that it overtook. Null if
    // they were taken before.
    public (NodeList Joined, NodeList Left)? TakeChange()
    {
        if (_isTaken || ListIsNewer)
        {
            return null;
        }

        _isTaken = true;
        return (_joined, _left);
    }

    // Model V0 has no node lists. A node that left and came back in between is not seen.
    private void AddChange(QuorumChangedV0 quorum)
    {
        if (Quorum is not { } last || last.RingSequence == quorum.RingSequence)
        {
            return;
        }

        NodeList joined = NodeList.Create([.. quorum.Members.Except(last.Members)]);
        NodeList left = NodeList.Create([.. last.Members.Except(quorum.Members)]);
        _joined = _isTaken ? joined : Union(_joined, joined);
        _left = _isTaken ? left : Union(_left, left);
        _isTaken = false;
    }

    private static NodeList Union(NodeList one, NodeList other) => NodeList.Create([.. one.Union(other)]);

    // Ids of rings grow. Two sides of a partition can share a number, and then this node was in one of them only.
    private static bool IsOlder(RingId one, RingId other) => one != other && one.Sequence <= other.Sequence;
}
