using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Connections;

/// <summary>Connections to a fake daemon on an abstract name of its own.</summary>
internal static class RawService
{
    public static TimeSpan Bound { get; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection, and its other end; dispose both.</summary>
    public static (QuorumConnection Connection, RawPeer Peer) Connect(QuorumConnectionOptions? options = null)
    {
        using RawDaemon daemon = new();
        Task<RawPeer> serving = Task.Run(() => daemon.Accept().AcceptSharedMemory().AnswerType());
        QuorumConnection connection = QuorumConnection.Connect((options ?? new()) with { Endpoint = QuorumEndpoint.Abstract(daemon.Name), ConnectTimeout = Bound });
        return (connection, serving.Result);
    }

    public static byte[] Quorum(bool quorate, ulong sequence, params uint[] members)
    {
        byte[] message = new byte[QuorumChangedEvent.SizeOf(members.Length)];
        new QuorumChangedEvent(quorate, new RingId(new NodeId(1), sequence), Nodes(members)).WriteTo(message);
        return message;
    }

    public static byte[] NodeList(ulong sequence, params uint[] members)
    {
        byte[] message = new byte[NodeListChangedEvent.SizeOf(members.Length, 0, 0)];
        new NodeListChangedEvent(new RingId(new NodeId(1), sequence), Nodes(members), default, default).WriteTo(message);
        return message;
    }

    public static byte[] V0(bool quorate, ulong sequence, params uint[] members)
    {
        byte[] message = new byte[QuorumChangedV0Event.SizeOf(members.Length)];
        new QuorumChangedV0Event(quorate, sequence, Nodes(members)).WriteTo(message);
        return message;
    }

    private static NodeId[] Nodes(uint[] numbers) => [.. numbers.Select(number => new NodeId(number))];
}
