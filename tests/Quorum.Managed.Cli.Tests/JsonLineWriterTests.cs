using Quorum.Managed.Cli.Output;
using Quorum.Managed.Cli.Watching;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Tests;

public sealed class JsonLineWriterTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 1, 13, 4, 5, 67, TimeSpan.FromHours(1));

    [Test]
    public void NodeList_is_the_contract() => Check(
        sink => sink.Notified(Time, new NodeListChanged(new RingId(new NodeId(1), 0x1f), [new NodeId(1), new NodeId(4294967295)], [], [new NodeId(3)])),
        """{"event":"nodelist","time":"2026-03-01T12:04:05.067000Z","ringId":"1.1f","members":[1,4294967295],"joined":[],"left":[3]}""");

    [Test]
    public void Quorum_is_the_contract() => Check(
        sink => sink.Notified(Time, new QuorumChanged(true, new RingId(new NodeId(10), 16), [new NodeId(10)])),
        """{"event":"quorum","time":"2026-03-01T12:04:05.067000Z","quorate":true,"ringId":"a.10","members":[10]}""");

    [Test]
    public void Connected_is_the_contract() => Check(
        sink => sink.Connected(Time, new DaemonInfo("abstract:quorum", 1, IpcConnectionType.SharedMemory, QuorumType.Set)),
        """{"event":"connection","time":"2026-03-01T12:04:05.067000Z","state":"connected","error":null}""");

    [Test]
    public void Disconnected_is_the_contract() => Check(
        sink => sink.Disconnected(Time, "It \"died\"."),
        """{"event":"connection","time":"2026-03-01T12:04:05.067000Z","state":"disconnected","error":"It \"died\"."}""");

    [Test]
    public void Line_longer_than_the_buffer_is_whole()
    {
        NodeId[] many = [.. Enumerable.Range(1, 2000).Select(id => new NodeId((uint)id))];
        Check(
            sink => sink.Notified(Time, new QuorumChanged(false, new RingId(new NodeId(1), 1), NodeList.Create(many))),
            """{"event":"quorum","time":"2026-03-01T12:04:05.067000Z","quorate":false,"ringId":"1.1","members":[""" + string.Join(',', many) + "]}");
    }

    [Test]
    public void Status_is_the_contract()
    {
        using StringWriter writer = new();
        using JsonLineWriter json = new(writer);
        json.Status(new StatusReport
        {
            Quorate = false,
            QuorumType = QuorumType.Set,
            RingId = new RingId(new NodeId(1), 13),
            Members = [new NodeId(1), new NodeId(2)],
            Transport = IpcConnectionType.Socket,
            Endpoint = "unix:/run/quorum",
            DaemonProcessId = 123,
        });

        Assert.That(writer.ToString(), Is.EqualTo(
            """{"state":"inquorate","quorate":false,"quorumType":"set","ringId":"1.d","members":[1,2],"transport":"socket","endpoint":"unix:/run/quorum","daemonPid":123,"error":null}""" + "\n"));
    }

    private static void Check(Action<IWatchSink> write, string expected)
    {
        using StringWriter writer = new();
        using JsonSink sink = new(writer);
        write(sink);
        write(sink);

        Assert.That(writer.ToString(), Is.EqualTo(expected + "\n" + expected + "\n"));
    }
}
