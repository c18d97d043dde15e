using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.ServicesBesideNative;

/// <summary>Our side of a scenario. A key that does not exist, or a node, is error 12 in the words of both.</summary>
internal sealed class ManagedSide(CorosyncNode node) : IServicesSide
{
    private const int NotExist = 12;
    private const int FailedOperation = 21;

    private readonly Dictionary<string, CmapConnection> _maps = [];
    private readonly Dictionary<(string Map, int Number), ulong> _trackers = [];
    private VoteQuorumConnection? _votes;
    private CfgConnection? _cfg;

    public List<string> Events { get; } = [];

    private VoteQuorumConnection Votes => _votes ??= node.Network.Run(() => VoteQuorumConnection.Connect(new()
    {
        Callbacks = new()
        {
            QuorumChanged = (_, e) => Events.Add(Told.VotesQuorum(
                e.Context, e.Quorate ? 1u : 0u, e.Nodes.ToArray().Select(static n => (n.Id.Value, (uint)n.State)))),
            ExpectedVotesChanged = (_, e) => Events.Add(Told.VotesExpected(e.Context, e.ExpectedVotes)),
            NodeListChanged = (_, e) => Events.Add(Told.VotesNodes(
                e.Context, e.RingId.ToString(), e.Members.ToArray().Select(static n => n.Value))),
        },
    }));

    private CfgConnection Cfg => _cfg ??= node.Network.Run(() => CfgConnection.Connect(new()
    {
        Callbacks = new() { ShutdownRequested = (_, e) => Events.Add(Told.Shutdown((int)e.Flags)) },
    }));

    public string Info(uint id) => Try(() => Votes.GetInfo(new NodeId(id)) is { } info
        ? Told.Info(
            info.NodeId.Value, (uint)info.State, info.Votes, info.ExpectedVotes, info.HighestExpectedVotes,
            info.TotalVotes, info.Quorum, (uint)info.Flags, info.DeviceVotes, info.DeviceName!)
        : Told.Error(NotExist));

    public string VotesTrack(uint flags, ulong context) => Try(() => Votes.TrackStart((TrackFlags)flags, context));

    public string VotesStop() => Try(Votes.TrackStop);

    public string Get(string map, string key) => Try(() => Map(map).TryGet(key, out CmapValue value)
        ? Told.Value((int)value.Type, value.ToBytes())
        : Told.Error(NotExist));

    public string List(string map, string prefix) => Try(() =>
        string.Join('\n', Map(map).ListKeys(prefix).Select(static k => $"{k.Name} {(int)k.Type} {k.Length}")));

    public string Watch(string map, int number, string prefix, int what) => Try(() =>
        _trackers[(map, number)] = Map(map).TrackAdd(prefix, (CmapChanges)what, (_, change) => Events.Add(Told.Changed(
            number, change.Key, (int)change.Change, Text(change.NewValue), Text(change.OldValue)))));

    public string Unwatch(string map, int number) =>
        Try(() => Map(map).TrackDelete(_trackers.TryGetValue((map, number), out ulong tracker)
            ? tracker
            : throw new InvalidOperationException("The scenario ends a tracker that it has not begun.")));

    public string LocalNode() => Try(() => Cfg.GetLocalNodeId().ToString());

    public string Addresses(uint id) => Try(() => Cfg.GetNodeAddresses(new NodeId(id)) is { } found
        ? string.Join(' ', found)
        : Told.Error(NotExist));

    public string Status(uint id) => Try(() => Cfg.GetNodeStatus(new NodeId(id)) is { } found
        ? Told.Status(
            found.NodeId.Value,
            Number(found.IsReachable),
            Number(found.IsRemote),
            Number(found.IsExternal),
            found.Links.Select(static link => Told.Link(
                link.Number, Number(link.IsEnabled), Number(link.IsConnected), Number(link.IsDynamicallyConnected),
                link.Mtu, link.Source, link.Destination)))
        : Told.Error(FailedOperation));

    public string CfgTrack() => Try(Cfg.TrackStart);

    public string CfgStop() => Try(Cfg.TrackStop);

    public string Reply(bool allow) => Try(() => Cfg.ReplyToShutdown(allow));

    public string Dispatch() => Try(() =>
    {
        _votes?.Dispatch(DispatchFlags.All);
        foreach (CmapConnection map in _maps.Values)
        {
            map.Dispatch(DispatchFlags.All);
        }

        _cfg?.Dispatch(DispatchFlags.All);
    });

    public void Dispose()
    {
        _votes?.Dispose();
        _cfg?.Dispose();
        foreach (CmapConnection map in _maps.Values)
        {
            map.Dispose();
        }
    }

    private static int Number(bool value) => value ? 1 : 0;

    private static string Text(CmapValue? value) =>
        value is { } present ? Told.Value((int)present.Type, present.ToBytes()) : "none";

    private static string Try(Action call) => Try(() =>
    {
        call();
        return "ok";
    });

    private static string Try<T>(Func<T> call)
    {
        try
        {
            return call() is string text ? text : "ok";
        }
        catch (QuorumException e)
        {
            return Told.Error((int)e.Error);
        }
    }

    private CmapConnection Map(string map)
    {
        if (!_maps.TryGetValue(map, out CmapConnection? connection))
        {
            CmapMap which = map == "stats" ? CmapMap.Statistics : CmapMap.Configuration;
            _maps[map] = connection = node.Network.Run(() => CmapConnection.Connect(null, which));
        }

        return connection;
    }
}
