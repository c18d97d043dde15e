using Quorum.Managed.Protocol;

namespace Quorum.Managed.Tests.Connections;

/// <content>What callbacks may do, and get.</content>
public sealed partial class DispatchTests
{
    [Test]
    public void A_callbacks_exception_comes_out_consumes_its_event_and_leaves_the_connection_usable()
    {
        QuorumConnection connection = Connect();
        for (uint i = 1; i <= 3; i++)
        {
            _peer.SendEvent(RawService.NodeList(i, 1));
        }

        // Also one of the kind that malformed events raise inside.
        WireFormatException mine = new("mine");
        _inCallback = _ => throw mine;
        Assert.That(Assert.Throws<WireFormatException>(() => connection.Dispatch(DispatchFlags.All)), Is.SameAs(mine));
        _inCallback = static _ => { };
        Assert.That(connection.Dispatch(DispatchFlags.All), Is.EqualTo(2));
        Assert.That(_calls, Is.EqualTo(new[] { "NL 1.1 1", "NL 1.2 1", "NL 1.3 1" }));
    }

    [Test]
    public void A_nested_dispatch_leaves_the_outer_lists_alone()
    {
        List<string> seen = [];
        (_connection, _peer) = RawService.Connect(new()
        {
            Callbacks = new()
            {
                NodeListChanged = (c, n) =>
                {
                    if (n.RingId.Sequence < 5)
                    {
                        c.Dispatch(DispatchFlags.OneNonBlocking);
                    }

                    seen.Add(n.RingId + " " + string.Join(',', n.Members.ToArray()));
                },
            },
        });
        for (uint i = 1; i <= 5; i++)
        {
            _peer.SendEvent(RawService.NodeList(i, i, i + 10, i + 20));
        }

        Assert.That(_connection.Dispatch(DispatchFlags.All), Is.EqualTo(1), "the others were handled inside");
        Assert.That(seen, Is.EqualTo(new[] { "1.5 5,15,25", "1.4 4,14,24", "1.3 3,13,23", "1.2 2,12,22", "1.1 1,11,21" }));
    }

    [Test]
    public void An_event_without_a_callback_counts()
    {
        (_connection, _peer) = RawService.Connect(new() { Callbacks = new() { QuorumChanged = (_, _) => _calls.Add("Q") } });
        _peer.SendEvent(RawService.NodeList(1, 1));
        _peer.SendEvent(RawService.Quorum(true, 1, 1));
        Assert.That(_connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
        Assert.That(_calls, Is.Empty);
        Assert.That(_connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
        Assert.That(_calls, Is.EqualTo(new[] { "Q" }));
    }

    [Test]
    public void V0_callbacks_get_the_sequence_and_the_connection()
    {
        object context = new();
        (_connection, _peer) = RawService.Connect(new()
        {
            Model = QuorumModel.V0,
            Context = context,
            CallbacksV0 = new() { QuorumChanged = (c, n) => _calls.Add($"{c.Context == context} {n.Quorate} {n.RingSequence} {n.Members.Length}") },
        });
        _peer.SendEvent(RawService.V0(true, 77, 1, 2, 3));
        Assert.That(_connection.Dispatch(DispatchFlags.All), Is.EqualTo(1));
        Assert.That(_calls, Is.EqualTo(new[] { "True True 77 3" }));
    }
}
