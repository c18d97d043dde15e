using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Tests;

public sealed class JsonSinkTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 13, 4, 5, 67, TimeSpan.FromHours(1));

    [Test]
    public void NodeList_is_the_contract()
    {
        RingId ring = new(new NodeId(1), 0x1f);
        NodeListChanged list = new(ring, [new NodeId(1), new NodeId(4294967295)], [], [new NodeId(3)]);
        Check(
            sink => sink.Notified(Time, list),
            """{"event":"nodelist","time":TIME,"ringId":"1.1f","members":[1,4294967295],"joined":[],"left":[3]}""");
    }

    [Test]
    public void Quorum_is_the_contract()
    {
        QuorumChanged quorum = new(true, new RingId(new NodeId(10), 16), [new NodeId(10)]);
        Check(
            sink => sink.Notified(Time, quorum),
            """{"event":"quorum","time":TIME,"quorate":true,"ringId":"a.10","members":[10]}""");
    }

    [Test]
    public void Quorum_of_model_v0_is_the_contract()
    {
        QuorumChangedV0 quorum = new(false, 31, [new NodeId(3)]);
        Check(
            sink => sink.Notified(Time, quorum),
            """{"event":"quorum","time":TIME,"quorate":false,"ringId":null,"ringSequence":31,"members":[3]}""");
    }

    [Test]
    public void Connected_is_the_contract()
    {
        DaemonInfo daemon = new("abstract:quorum", 1, IpcConnectionType.SharedMemory, QuorumType.Set);
        Check(
            sink => sink.Connected(Time, daemon),
            """{"event":"connection","time":TIME,"state":"connected","error":null}""");
    }

    [Test]
    public void Disconnected_is_the_contract() => Check(
        sink => sink.Disconnected(Time, "It \"died\"."),
        """{"event":"connection","time":TIME,"state":"disconnected","error":"It \"died\"."}""");

    [Test]
    public void Votes_are_the_contract()
    {
        ClusterVotes votes = new(3, 4, 5, 2, VoteQuorumFlags.Quorate | (VoteQuorumFlags)0x8000, 1, "QD");
        Check(
            sink => sink.Votes(Time, new(new(ClusterPartKind.Votes, Time, null), new RingId(new NodeId(1), 31), votes)),
            """{"event":"votes","time":TIME,"ringId":"1.1f","expected":3,"highestExpected":4,"total":5,"""
            + "\"quorum\":2,\"flags\":[\"quorate\",\"0x8000\"],"
            + "\"deviceVotes\":1,\"deviceName\":\"QD\",\"error\":null}");
    }

    [Test]
    public void Names_are_the_contract()
    {
        Dictionary<NodeId, string> names = new() { [new NodeId(1)] = "a", [new NodeId(2)] = "b \"c\"" };
        Check(
            sink => sink.Names(Time, new(new(ClusterPartKind.Configuration, Time, null), names)),
            """{"event":"names","time":TIME,"names":{"1":"a","2":"b \"c\""},"error":null}""");
    }

    [Test]
    public void Votes_and_names_that_are_not_known_are_null_with_the_reason()
    {
        QuorumException error = new(CorosyncError.TryAgain, 11, IpcStage.Connect, "It is\nsilent.");
        Check(
            sink => sink.Votes(Time, new(new(ClusterPartKind.Votes, null, error), null, null)),
            """{"event":"votes","time":TIME,"ringId":null,"expected":null,"highestExpected":null,"total":null,"""
            + "\"quorum\":null,\"flags\":[],\"deviceVotes\":null,\"deviceName\":null,\"error\":\"It is silent.\"}");
        Check(
            sink => sink.Names(Time, new(new(ClusterPartKind.Configuration, null, error), null)),
            """{"event":"names","time":TIME,"names":null,"error":"It is silent."}""");
    }

    [Test]
    public void Story_is_the_contract() => Check(
        sink => sink.Story(Time, "All is well."),
        """{"event":"story","time":TIME,"text":"All is well."}""");

    [Test]
    public void Line_longer_than_the_buffer_is_whole()
    {
        NodeId[] many = [.. Enumerable.Range(1, 2000).Select(id => new NodeId((uint)id))];
        QuorumChanged quorum = new(false, new RingId(new NodeId(1), 1), NodeList.Create(many));
        string members = string.Join(',', many);
        Check(
            sink => sink.Notified(Time, quorum),
            """{"event":"quorum","time":TIME,"quorate":false,"ringId":"1.1","members":[""" + members + "]}");
    }

    // Writes the event twice: the second line shows that the buffers are reused correctly.
    private static void Check(Action<JsonSink> write, string expected)
    {
        using StringWriter writer = new();
        using JsonSink sink = new(writer);
        write(sink);
        write(sink);

        string line = expected.Replace("TIME", "\"2026-03-01T12:04:05.067000Z\"", StringComparison.Ordinal) + "\n";
        Assert.That(writer.ToString(), Is.EqualTo(line + line));
    }
}
