using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.ServicesBesideNative;

/// <summary>The side of libvotequorum, libcmap and libcfg.</summary>
internal sealed unsafe class NativeSide(CorosyncNode node) : IServicesSide
{
    private const int DispatchAll = 2;
    private const int PrefixBit = 8;
    private const int LongestValue = 16385;

    // Callbacks get a handle, and those of cmap a number. Only one scenario runs at a time.
    private static NativeSide? _current;

    private readonly Dictionary<string, ulong> _maps = [];
    private readonly Dictionary<(string Map, int Number), ulong> _trackers = [];
    private ulong? _votes;
    private ulong? _cfg;

    public List<string> Events { get; } = [];

    private ulong Votes => _votes ??= node.Network.Run(static () =>
    {
        NativeVoteQuorum.Callbacks callbacks = new()
        {
            QuorumChanged = &OnQuorum,
            ExpectedVotesChanged = &OnExpected,
            NodeListChanged = &OnNodes,
        };
        return Opened(NativeVoteQuorum.Initialize(out ulong handle, &callbacks), handle);
    });

    private ulong Cfg => _cfg ??= node.Network.Run(static () =>
    {
        NativeCfg.Callbacks callbacks = new() { ShutdownRequested = &OnShutdown };
        return Opened(NativeCfg.Initialize(out ulong handle, &callbacks), handle);
    });

    public string Info(uint id)
    {
        NativeVoteQuorum.Info info = default;
        NativeError error = NativeVoteQuorum.GetInfo(Votes, id, &info);
        return error != NativeError.Ok ? Told.Error((int)error) : Told.Info(
            info.NodeId, info.State, info.Votes, info.Expected, info.Highest, info.Total, info.Quorum, info.Flags,
            info.DeviceVotes, Text(info.DeviceName, 255));
    }

    public string VotesTrack(uint flags, ulong context) => Result(NativeVoteQuorum.TrackStart(Votes, context, flags));

    public string VotesStop() => Result(NativeVoteQuorum.TrackStop(Votes));

    public string Get(string map, string key)
    {
        byte[] value = new byte[LongestValue];
        nuint length = LongestValue;
        fixed (byte* room = value)
        {
            NativeError error = NativeCmap.Get(Map(map), key, room, ref length, out int type);
            return error == NativeError.Ok
                ? Told.Value(type, value.AsSpan(0, (int)length))
                : Told.Error((int)error);
        }
    }

    public string List(string map, string prefix)
    {
        NativeError error = NativeCmap.IterInit(Map(map), prefix, out ulong iterator);
        List<string> keys = [];
        byte[] key = new byte[256];
        fixed (byte* room = key)
        {
            while (error == NativeError.Ok
                && (error = NativeCmap.IterNext(Map(map), iterator, room, out nuint length, out int type))
                    == NativeError.Ok)
            {
                keys.Add($"{Text(room, 256)} {type} {length}");
            }
        }

        _ = NativeCmap.IterFinalize(Map(map), iterator);
        return error == NativeError.NoSections ? string.Join('\n', keys) : Told.Error((int)error);
    }

    public string Watch(string map, int number, string prefix, int what)
    {
        NativeError error = NativeCmap.TrackAdd(
            Map(map), prefix, what | PrefixBit, &OnKey, number, out ulong tracker);
        _trackers[(map, number)] = tracker;
        return Result(error);
    }

    public string Unwatch(string map, int number) =>
        Result(NativeCmap.TrackDelete(Map(map), _trackers[(map, number)]));

    public string LocalNode()
    {
        NativeError error = NativeCfg.LocalGet(Cfg, out uint id);
        return error == NativeError.Ok ? $"{id}" : Told.Error((int)error);
    }

    // A struct sockaddr behind a length: family, port, and the address at 4 (IPv4) or 8 (IPv6).
    public string Addresses(uint id)
    {
        const int Most = 16;
        byte[] bytes = new byte[Most * NativeCfg.AddressSize];
        fixed (byte* room = bytes)
        {
            NativeError error = NativeCfg.GetNodeAddresses(Cfg, id, Most, out int count, room);
            return error != NativeError.Ok ? Told.Error((int)error) : string.Join(' ', Enumerable.Range(0, count)
                .Select(i => bytes.AsSpan((i * NativeCfg.AddressSize) + 4, 28).ToArray())
                .Select(static address => new IPAddress(address[0] == 2 ? address[4..8] : address[8..24])));
        }
    }

    public string Status(uint id)
    {
        NativeCfg.NodeStatus status = default;
        NativeError error = NativeCfg.NodeStatusGet(Cfg, id, 1, &status);
        if (error != NativeError.Ok)
        {
            return Told.Error((int)error);
        }

        List<string> links = [];
        NativeCfg.LinkStatus* link = &status.Link0;
        for (int i = 0; i < NativeCfg.Links; i++, link++)
        {
            if (link->Enabled + link->Connected + link->Mtu + link->Source[0] > 0)
            {
                links.Add(Told.Link(
                    i, link->Enabled, link->Connected, link->DynamicallyConnected, link->Mtu,
                    Text(link->Source, 256), Text(link->Destination, 256)));
            }
        }

        return Told.Status(status.NodeId, status.Reachable, status.Remote, status.External, links);
    }

    public string CfgTrack() => Result(NativeCfg.TrackStart(Cfg, 0));

    public string CfgStop() => Result(NativeCfg.TrackStop(Cfg));

    public string Reply(bool allow) => Result(NativeCfg.ReplyToShutdown(Cfg, allow ? 1 : 0));

    public string Dispatch()
    {
        _current = this;
        NativeError error = NativeError.Ok;
        if (_votes is { } votes)
        {
            error = Worse(error, NativeVoteQuorum.Dispatch(votes, DispatchAll));
        }

        foreach (ulong map in _maps.Values)
        {
            error = Worse(error, NativeCmap.Dispatch(map, DispatchAll));
        }

        return Result(_cfg is { } cfg ? Worse(error, NativeCfg.Dispatch(cfg, DispatchAll)) : error);
    }

    public void Dispose()
    {
        _ = _votes is { } votes ? NativeVoteQuorum.Finalize(votes) : NativeError.Ok;
        _ = _cfg is { } cfg ? NativeCfg.Finalize(cfg) : NativeError.Ok;
        foreach (ulong map in _maps.Values)
        {
            _ = NativeCmap.Finalize(map);
        }
    }

    private static NativeError Worse(NativeError first, NativeError second) =>
        first == NativeError.Ok && second != NativeError.TryAgain ? second : first;

    private static string Result(NativeError error) => error == NativeError.Ok ? "ok" : Told.Error((int)error);

    private static ulong Opened(NativeError error, ulong handle) =>
        error == NativeError.Ok ? handle : throw new InvalidOperationException($"initialize: {error}");

    private static string Text(byte* bytes, int capacity) =>
        Encoding.UTF8.GetString(Told.UpToNul(new ReadOnlySpan<byte>(bytes, capacity)));

    private static string Value(NativeCmap.NotifyValue value) =>
        Told.Value(value.Type, new ReadOnlySpan<byte>(value.Data, (int)value.Length));

    [UnmanagedCallersOnly]
    private static void OnQuorum(ulong handle, ulong context, uint quorate, uint count, NativeVoteQuorum.Node* nodes) =>
        _current!.Events.Add(Told.VotesQuorum(
            context,
            quorate,
            new ReadOnlySpan<NativeVoteQuorum.Node>(nodes, (int)count).ToArray().Select(static n => (n.Id, n.State))));

    [UnmanagedCallersOnly]
    private static void OnExpected(ulong handle, ulong context, uint expected) =>
        _current!.Events.Add(Told.VotesExpected(context, expected));

    [UnmanagedCallersOnly]
    private static void OnNodes(ulong handle, ulong context, NativeRingId ring, uint count, uint* nodes) =>
        _current!.Events.Add(Told.VotesNodes(
            context, ring.ToString(), new ReadOnlySpan<uint>(nodes, (int)count).ToArray()));

    [UnmanagedCallersOnly]
    private static void OnKey(
        ulong handle, ulong tracker, int change, byte* key, NativeCmap.NotifyValue now, NativeCmap.NotifyValue before,
        nint number) =>
        _current!.Events.Add(Told.Changed((int)number, Text(key, 256), change, Value(now), Value(before)));

    [UnmanagedCallersOnly]
    private static void OnShutdown(ulong handle, int flags) => _current!.Events.Add(Told.Shutdown(flags));

    private ulong Map(string map)
    {
        if (!_maps.TryGetValue(map, out ulong handle))
        {
            int which = map == "stats" ? 1 : 0;
            _maps[map] = handle = node.Network.Run(() =>
                Opened(NativeCmap.InitializeMap(out ulong opened, which), opened));
        }

        return handle;
    }
}
