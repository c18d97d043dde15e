using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Connections;

/// <summary>What callbacks get, and what they may do.</summary>
public sealed class CallbackTests : DispatchFixture
{
    [Test]
    public void Exception_of_a_callback_comes_out_and_consumes_its_event_alone()
    {
        SendNodeLists(3);
        // Malformed events raise an exception of this type inside the connection.
        WireFormatException mine = new("mine");
        InCallback = _ => throw mine;
        Assert.That(
            Assert.Throws<WireFormatException>(() => Connection.Dispatch(DispatchFlags.All)), Is.SameAs(mine));
        InCallback = static _ => { };
        Assert.That(Connection.Dispatch(DispatchFlags.All), Is.EqualTo(2));
        Assert.That(Calls, Is.EqualTo(new[] { "NL 1.1 1,11", "NL 1.2 2,12", "NL 1.3 3,13" }));
    }

    [Test]
    public void Nested_dispatch_leaves_the_lists_of_the_outer_one_alone()
    {
        List<string> seen = [];
        Reconnect(Options with
        {
            Callbacks = new()
            {
                NodeListChanged = (c, n) =>
                {
                    if (n.RingId.Sequence < 5)
                    {
                        c.Dispatch(DispatchFlags.OneNonBlocking);
                    }

                    seen.Add($"{n.RingId} {Text(n.Members)}");
                },
            },
        });
        SendNodeLists(5);
        Assert.That(Connection.Dispatch(DispatchFlags.All), Is.EqualTo(1), "the other four were handled inside");
        Assert.That(seen, Is.EqualTo(new[] { "1.5 5,15", "1.4 4,14", "1.3 3,13", "1.2 2,12", "1.1 1,11" }));
    }

    [Test]
    public void Event_without_a_callback_counts()
    {
        List<string> seen = [];
        Reconnect(Options with { Callbacks = new() { QuorumChanged = (_, _) => seen.Add("Q") } });
        SendNodeLists(1);
        Peer.SendEvent(RawEvents.Quorum(true, 1, 1));
        Assert.That(Connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
        Assert.That(seen, Is.Empty);
        Assert.That(Connection.Dispatch(DispatchFlags.One), Is.EqualTo(1));
        Assert.That(seen, Is.EqualTo(new[] { "Q" }));
    }

    [Test]
    public void V0_callback_gets_the_sequence_and_the_connection()
    {
        object context = new();
        List<string> seen = [];
        Reconnect(Options with
        {
            Model = QuorumModel.V0,
            Context = context,
            CallbacksV0 = new()
            {
                QuorumChanged = (c, n) =>
                    seen.Add($"{c.Context == context} {n.Quorate} {n.RingSequence} {n.Members.Length}"),
            },
        });
        Peer.SendEvent(RawEvents.V0(true, 77, 1, 2, 3));
        Assert.That(Connection.Dispatch(DispatchFlags.All), Is.EqualTo(1));
        Assert.That(seen, Is.EqualTo(new[] { "True True 77 3" }));
    }

    [Test]
    public void Callbacks_of_the_other_model_are_refused_before_anything_is_tried([Values] QuorumModel model)
    {
        QuorumConnectionOptions options = Options with { Model = model };
        options = model == QuorumModel.V0
            ? options with { Callbacks = new() }
            : options with { CallbacksV0 = new() };
        Assert.Throws<ArgumentException>(() => QuorumConnection.Connect(options));
        Assert.That(Daemon.HasClient, Is.False);
    }

    // The members are the ring's number and the number 10 above it.
    private void SendNodeLists(uint count)
    {
        for (uint i = 1; i <= count; i++)
        {
            Peer.SendEvent(RawEvents.NodeList(i, i, i + 10));
        }
    }
}
