using Quorum.Managed.Protocol;
using Quorum.Managed.Testing.Model;

namespace Quorum.Managed.Testing;

/// <content>How memberships form and votes are counted. All of it under the gate.</content>
public sealed partial class SimulatedCluster
{
    private void Stop(uint node, bool orderly)
    {
        lock (Gate)
        {
            NodeState state = Find(node);
            if (state.IsUp)
            {
                state.IsUp = false;
                Notify(state, observer => observer.OnStopped(orderly));
                Reform(restarted: null);
            }
        }
    }

    // The node's first membership is itself alone.
    private void Start(NodeState node)
    {
        node.IsUp = true;
        Assign(node, [node.Id], node.Sequence + SequenceStep);
        node.Quorate = IsQuorate(node.Members);
        Notify(node, static observer => observer.OnStarted());
    }

    private void SetGroups(List<(NodeState Node, int Group)> assignments)
    {
        foreach (NodeState node in _nodes.Values)
        {
            node.Group = 0;
        }

        foreach ((NodeState node, int group) in assignments)
        {
            node.Group = group;
        }

        Reform(restarted: null);
    }

    // Gives every group whose membership is not what its nodes have a new ring, and tells them: node list first, then quorum.
    private void Reform(NodeState? restarted)
    {
        foreach (IGrouping<int, NodeState> group in _nodes.Values.Where(static node => node.IsUp).GroupBy(static node => node.Group).ToArray())
        {
            NodeState[] nodes = [.. group];
            NodeId[] members = [.. nodes.Select(static node => node.Id)];
            if (!nodes.Contains(restarted) && nodes.All(node => node.Members.AsSpan().SequenceEqual(members)))
            {
                continue;
            }

            ulong sequence = nodes.Max(static node => node.Sequence) + SequenceStep;
            bool quorate = IsQuorate(members);
            foreach (NodeState node in nodes)
            {
                (NodeId[] joined, NodeId[] left) = Compare(node.Members, members, node == restarted ? null : restarted?.Id);
                Assign(node, members, sequence);
                node.Quorate = quorate;
                Notify(node, observer => observer.OnMembership(node, joined, left));
                Notify(node, observer => observer.OnQuorum(node));
            }
        }
    }

    private void Count()
    {
        foreach (NodeState node in _nodes.Values.Where(static node => node.IsUp))
        {
            bool quorate = IsQuorate(node.Members);
            if (quorate != node.Quorate)
            {
                node.Quorate = quorate;
                Notify(node, observer => observer.OnQuorum(node));
            }
        }
    }

    private bool IsQuorate(NodeId[] members) => QuorumType == QuorumType.Free
        || (_forced ?? members.Sum(member => _nodes[member].Votes) >= (_expectedVotes / 2) + 1);

    private static void Assign(NodeState node, NodeId[] members, ulong sequence)
    {
        node.Members = members;
        node.Sequence = sequence;
        node.RingId = new RingId(members[0], sequence);
    }

    private static void Notify(NodeState node, Action<INodeObserver> tell)
    {
        foreach (INodeObserver observer in node.Observers.ToArray())
        {
            tell(observer);
        }
    }
}
