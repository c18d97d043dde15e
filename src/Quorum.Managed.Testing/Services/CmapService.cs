using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed.Testing;

// cmap of one node, for clients that read, list and watch.
internal sealed class CmapService(
    NodeState node,
    SimulatedCluster cluster,
    TotemTimes times,
    TokenCounter tokens,
    QuorumSimulatorOptions options) : IService
{
    private readonly HashSet<CmapSession> _sessions = [];
    private readonly Dictionary<string, CmapValue> _extra = new(StringComparer.Ordinal);
    private SortedDictionary<string, CmapValue>? _configuration;

    // Rings since the daemon started. It entered gather for each, and has left gather again.
    private ulong _rings;

    public string Name => WireLimits.CmapServiceName;

    public int LargestAnswer => new CmapGetResponse(CorosyncError.Ok).SizeFor(ReceivedCmapGet.LargestRoom);

    private SortedDictionary<string, CmapValue> Configuration => _configuration ??= Build();

    public IServiceSession Open(SimulatorConnection connection)
    {
        CmapSession session = new(this, connection);
        _sessions.Add(session);
        return session;
    }

    public void Remove(CmapSession session) => _sessions.Remove(session);

    public void OnMembership(NodeId[] joined, NodeId[] left)
    {
        _rings++;
        Refresh();
    }

    public void OnQuorum() => Refresh();

    public void OnExpectedVotes()
    {
    }

    // A daemon's first ring is its own.
    public void OnStarted()
    {
        _rings = 1;
        tokens.Reset();
        _configuration = Build();
    }

    public void OnToken(bool comes) => tokens.Set(comes);

    // A key of the test's own, in the configuration map. Null removes it.
    public void Set(string key, CmapValue? value)
    {
        if (value is { } present)
        {
            _extra[key] = present;
        }
        else
        {
            _extra.Remove(key);
        }

        Refresh();
    }

    // Null when the map has no such key.
    public CmapValue? Find(CmapMap map, string key)
    {
        if (map == CmapMap.Statistics && StatisticsMap.Find(key, tokens, _rings) is { } quick)
        {
            return quick;
        }

        return MapOf(map).TryGetValue(key, out CmapValue value) ? value : null;
    }

    public SortedDictionary<string, CmapValue> MapOf(CmapMap map) => map == CmapMap.Statistics
        ? StatisticsMap.Of(node, cluster, tokens, _rings)
        : Configuration;

    private SortedDictionary<string, CmapValue> Build()
    {
        SortedDictionary<string, CmapValue> map = ConfigurationMap.Of(node, cluster, times, options);
        foreach ((string key, CmapValue value) in _extra)
        {
            map[key] = value;
        }

        return map;
    }

    // Tells the trackers what has changed.
    private void Refresh()
    {
        SortedDictionary<string, CmapValue> before = Configuration;
        SortedDictionary<string, CmapValue> now = Build();
        _configuration = now;
        foreach (string key in new SortedSet<string>(before.Keys.Concat(now.Keys), StringComparer.Ordinal))
        {
            CmapValue old = before.GetValueOrDefault(key);
            CmapValue present = now.GetValueOrDefault(key);
            if (old == present)
            {
                continue;
            }

            CmapChanges change = old.Type == CmapValueType.None ? CmapChanges.Added
                : present.Type == CmapValueType.None ? CmapChanges.Deleted
                : CmapChanges.Modified;

            // A copy, because a client whose ring is corrupt is closed on the way.
            foreach (CmapSession session in _sessions.ToArray())
            {
                session.Tell(new CmapChangedEvent(0, key, change, present, old));
            }
        }
    }
}
