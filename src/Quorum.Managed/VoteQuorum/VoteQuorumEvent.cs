using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// An event of votequorum, decoded by its id: the one place that knows which ids there are. A view of the message.
internal readonly ref struct VoteQuorumEvent
{
    private readonly int _id;
    private readonly VoteQuorumChangedEvent _quorum;
    private readonly VoteQuorumExpectedVotesEvent _expected;
    private readonly VoteQuorumNodeListEvent _nodeList;

    private VoteQuorumEvent(
        int id,
        VoteQuorumChangedEvent quorum = default,
        VoteQuorumExpectedVotesEvent expected = default,
        VoteQuorumNodeListEvent nodeList = default)
    {
        _id = id;
        _quorum = quorum;
        _expected = expected;
        _nodeList = nodeList;
    }

    // False for an event of a newer daemon.
    public bool IsKnown => _id != 0;

    // Throws WireFormatException.
    public static VoteQuorumEvent Read(ReadOnlySpan<byte> message)
    {
        int id = WireMessage.ReadId(message);
        if (id == VoteQuorumChangedEvent.Id)
        {
            return new VoteQuorumEvent(id, quorum: VoteQuorumChangedEvent.Read(message));
        }

        if (id == VoteQuorumExpectedVotesEvent.Id)
        {
            return new VoteQuorumEvent(id, expected: VoteQuorumExpectedVotesEvent.Read(message));
        }

        return id == VoteQuorumNodeListEvent.Id
            ? new VoteQuorumEvent(id, nodeList: VoteQuorumNodeListEvent.Read(message))
            : default;
    }

    // Copies the event into an object that may be kept. Null for an unknown one.
    public VoteQuorumNotification? ToNotification()
    {
        if (_id == VoteQuorumChangedEvent.Id)
        {
            return new VoteQuorumChanged(_quorum.Context, _quorum.Quorate, _quorum.Nodes.ToArray());
        }

        if (_id == VoteQuorumExpectedVotesEvent.Id)
        {
            return new VoteQuorumExpectedVotesChanged(_expected.Context, _expected.ExpectedVotes);
        }

        return _id == VoteQuorumNodeListEvent.Id
            ? new VoteQuorumNodeListChanged(_nodeList.Context, _nodeList.RingId, NodeList.Create(_nodeList.Members))
            : null;
    }

    // Calls the callback for the event, if there is one.
    public void Call(VoteQuorumConnection connection, VoteQuorumCallbacks? callbacks)
    {
        if (_id == VoteQuorumChangedEvent.Id)
        {
            callbacks?.QuorumChanged?.Invoke(connection, _quorum);
        }
        else if (_id == VoteQuorumExpectedVotesEvent.Id)
        {
            callbacks?.ExpectedVotesChanged?.Invoke(connection, _expected);
        }
        else if (_id == VoteQuorumNodeListEvent.Id)
        {
            callbacks?.NodeListChanged?.Invoke(connection, _nodeList);
        }
    }
}
