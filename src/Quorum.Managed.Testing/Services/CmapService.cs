using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed.Testing;

// cmap of one node, as far as clients of the quorum service read it: the totem times, and the token's counter.
internal sealed class CmapService(TotemTimes times, TokenCounter tokens) : IService
{
    // Rings since the daemon started. It entered gather for each, and has left gather again.
    private ulong _rings;

    public string Name => WireLimits.CmapServiceName;

    public int LargestAnswer => new CmapGetResponse(CorosyncError.Ok).SizeFor(ReceivedCmapGet.LargestRoom);

    public IServiceSession Open(SimulatorConnection connection) => new CmapSession(this);

    public void OnMembership(NodeId[] joined, NodeId[] left) => _rings++;

    public void OnQuorum()
    {
    }

    // A daemon's first ring is its own.
    public void OnStarted()
    {
        _rings = 1;
        tokens.Reset();
    }

    public void OnToken(bool comes) => tokens.Set(comes);

    // Null when the map has no such key. The real daemon refreshes the time since the last token every 1.5 s.
    public CmapValue? Find(CmapMap map, string key) => (map, key) switch
    {
        (CmapMap.Configuration, "runtime.config.totem.token") => CmapValue.Of(times.Token),
        (CmapMap.Configuration, "runtime.config.totem.consensus") => CmapValue.Of(times.Consensus),
        (CmapMap.Configuration, "runtime.config.totem.hold") => CmapValue.Of(times.Hold),
        (CmapMap.Configuration, "runtime.config.totem.token_retransmit") => CmapValue.Of(times.TokenRetransmit),
        (CmapMap.Statistics, "stats.srp.orf_token_rx") => CmapValue.Of(tokens.Count),
        (CmapMap.Statistics, "stats.srp.time_since_token_last_received") =>
            CmapValue.Of((ulong)tokens.SinceLast.TotalMilliseconds),
        (CmapMap.Statistics, "stats.srp.gather_entered" or "stats.srp.operational_entered") => CmapValue.Of(_rings),
        (CmapMap.Statistics, "stats.srp.commit_entered") => CmapValue.Of(_rings),
        _ => null,
    };
}
