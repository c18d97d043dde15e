using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// An event of the quorum service, decoded by its id: the one place that knows which ids there are. A view of the
// message.
internal readonly ref struct QuorumEvent
{
    private readonly int _id;
    private readonly QuorumChangedEvent _quorum;
    private readonly NodeListChangedEvent _nodeList;
    private readonly QuorumChangedV0Event _quorumV0;

    private QuorumEvent(QuorumChangedEvent quorum)
    {
        _id = QuorumEventIds.QuorumChanged;
        _quorum = quorum;
    }

    private QuorumEvent(NodeListChangedEvent nodeList)
    {
        _id = QuorumEventIds.NodeListChanged;
        _nodeList = nodeList;
    }

    private QuorumEvent(QuorumChangedV0Event quorumV0)
    {
        _id = QuorumEventIds.QuorumChangedV0;
        _quorumV0 = quorumV0;
    }

    // Throws WireFormatException.
    public static QuorumEvent Read(ReadOnlySpan<byte> message)
    {
        int id = WireMessage.ReadId(message);
        return id switch
        {
            QuorumEventIds.QuorumChanged => new QuorumEvent(QuorumChangedEvent.Read(message)),
            QuorumEventIds.NodeListChanged => new QuorumEvent(NodeListChangedEvent.Read(message)),
            QuorumEventIds.QuorumChangedV0 => new QuorumEvent(QuorumChangedV0Event.Read(message)),
            _ => throw new WireFormatException($"The event has the unknown id {id}."),
        };
    }

    // Copies the event into an object that may be kept.
    public QuorumNotification ToNotification() => _id switch
    {
        QuorumEventIds.QuorumChanged =>
            new QuorumChanged(_quorum.Quorate, _quorum.RingId, NodeList.Create(_quorum.Members)),
        QuorumEventIds.NodeListChanged => new NodeListChanged(
            _nodeList.RingId,
            NodeList.Create(_nodeList.Members),
            NodeList.Create(_nodeList.Joined),
            NodeList.Create(_nodeList.Left)),
        _ => new QuorumChangedV0(_quorumV0.Quorate, _quorumV0.RingSequence, NodeList.Create(_quorumV0.Members)),
    };

    // Calls the callback for the event, if there is one.
    public void Call(QuorumConnection connection, QuorumConnectionOptions options)
    {
        switch (_id)
        {
            case QuorumEventIds.QuorumChanged:
                options.Callbacks?.QuorumChanged?.Invoke(connection, _quorum);
                break;
            case QuorumEventIds.NodeListChanged:
                options.Callbacks?.NodeListChanged?.Invoke(connection, _nodeList);
                break;
            default:
                options.CallbacksV0?.QuorumChanged?.Invoke(connection, _quorumV0);
                break;
        }
    }
}
