using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed.Testing;

// The cmap service's session of one client. It begins on the configuration map.
internal sealed class CmapSession(CmapService service, SimulatorConnection connection) : IServiceSession
{
    // What libcmap sends to write: SET, DELETE and ADJUST_INT.
    private static readonly int[] Writes = [0, 1, 3];

    private readonly Dictionary<ulong, Iterator> _iterators = [];
    private readonly Dictionary<ulong, ReceivedCmapTrackAdd> _trackers = [];
    private CmapMap _map = CmapMap.Configuration;
    private ulong _lastHandle;

    public int Answer(int requestId, ReadOnlySpan<byte> request, Span<byte> answer)
    {
        try
        {
            if (requestId == ReceivedCmapGet.Id)
            {
                return Get(ReceivedCmapGet.Read(request), answer);
            }

            if (requestId == CmapIterInitRequest.Id)
            {
                return Begin(CmapIterInitRequest.Read(request).Prefix).WriteTo(answer);
            }

            if (requestId == CmapIterNextRequest.Id)
            {
                return Next(CmapIterNextRequest.Read(request).Handle).WriteTo(answer);
            }

            if (requestId == CmapIterFinalizeRequest.Id)
            {
                bool known = _iterators.Remove(CmapIterFinalizeRequest.Read(request).Handle);
                return new StatusResponse(requestId, known ? CorosyncError.Ok : CorosyncError.BadHandle)
                    .WriteTo(answer);
            }

            if (requestId == ReceivedCmapTrackAdd.Id)
            {
                return Track(ReceivedCmapTrackAdd.Read(request)).WriteTo(answer);
            }

            if (requestId == CmapTrackDeleteRequest.Id)
            {
                bool known = _trackers.Remove(CmapTrackDeleteRequest.Read(request).Handle, out var tracker);
                return new CmapHandleResponse(
                    requestId, known ? CorosyncError.Ok : CorosyncError.BadHandle, tracker.Tag).WriteTo(answer);
            }

            if (requestId == SetCurrentMapRequest.Id)
            {
                return SetMap(request).WriteTo(answer);
            }
        }
        catch (WireFormatException)
        {
            // The real daemon reads what else is in the ring.
        }

        return Writes.Contains(requestId)
            ? new StatusResponse(requestId, CorosyncError.Access).WriteTo(answer)
            : StatusResponse.Refusal.WriteTo(answer);
    }

    // A change of the configuration map; each tracker that covers the key gets it.
    public void Tell(CmapChangedEvent change)
    {
        if (_map != CmapMap.Configuration)
        {
            return;
        }

        foreach (ReceivedCmapTrackAdd tracker in _trackers.Values.Where(tracker => Covers(tracker, change)).ToArray())
        {
            CmapChangedEvent own = change with { Tag = tracker.Tag };
            byte[] message = new byte[own.Size];
            own.WriteTo(message);
            connection.Send(message);
        }
    }

    public void Close() => service.Remove(this);

    private static bool Covers(ReceivedCmapTrackAdd tracker, CmapChangedEvent change) =>
        (tracker.Changes & change.Change) != CmapChanges.None
        && (tracker.IsPrefix
            ? change.Key.StartsWith(tracker.Name, StringComparison.Ordinal)
            : string.Equals(change.Key, tracker.Name, StringComparison.Ordinal));

    // The real daemon loses answers with more room, and has other answers where the room is too small. With room 0 it
    // tells type and length.
    private int Get(ReceivedCmapGet request, Span<byte> answer)
    {
        if (service.Find(_map, request.Key) is not { } value)
        {
            return new CmapGetResponse(CorosyncError.NotExist).WriteTo(answer, room: 0);
        }

        bool fits = request.Room >= (ulong)value.ToBytes().Length && request.Room <= ReceivedCmapGet.LargestRoom;
        return request.Room == 0 || fits
            ? new CmapGetResponse(CorosyncError.Ok, value).WriteTo(answer, (int)request.Room)
            : new CmapGetResponse(CorosyncError.InvalidParam).WriteTo(answer, room: 0);
    }

    private CmapHandleResponse Begin(string prefix)
    {
        ulong handle = NextHandle();
        _iterators[handle] = new Iterator(prefix);
        return new CmapHandleResponse(CmapIterInitRequest.Id, CorosyncError.Ok, handle);
    }

    // The list is live: the next key is the first one behind the last one.
    private CmapIterNextResponse Next(ulong handle)
    {
        if (!_iterators.TryGetValue(handle, out Iterator? iterator))
        {
            return new CmapIterNextResponse(CorosyncError.BadHandle);
        }

        foreach ((string key, CmapValue value) in service.MapOf(_map))
        {
            if (string.CompareOrdinal(key, iterator.Last) > 0
                && key.StartsWith(iterator.Prefix, StringComparison.Ordinal))
            {
                iterator.Last = key;
                return new CmapIterNextResponse(
                    CorosyncError.Ok, new CmapKey(key, value.Type, (ulong)value.ToBytes().Length));
            }
        }

        return new CmapIterNextResponse(CorosyncError.NoSections);
    }

    // Of the statistics a prefix is told with both additions and deletions, or not at all.
    private CmapHandleResponse Track(ReceivedCmapTrackAdd request)
    {
        const CmapChanges Both = CmapChanges.Added | CmapChanges.Deleted;
        bool cannot = _map == CmapMap.Statistics && request.IsPrefix && (request.Changes & Both) != Both;
        if (!request.IsValid || cannot)
        {
            return new CmapHandleResponse(
                ReceivedCmapTrackAdd.Id, cannot ? CorosyncError.NotSupported : CorosyncError.InvalidParam);
        }

        ulong handle = NextHandle();
        _trackers[handle] = request;
        return new CmapHandleResponse(ReceivedCmapTrackAdd.Id, CorosyncError.Ok, handle);
    }

    private StatusResponse SetMap(ReadOnlySpan<byte> request)
    {
        if (_iterators.Count + _trackers.Count > 0)
        {
            return new StatusResponse(SetCurrentMapRequest.ResponseId, CorosyncError.Busy);
        }

        try
        {
            _map = SetCurrentMapRequest.Read(request).Map;
            return new StatusResponse(SetCurrentMapRequest.ResponseId, CorosyncError.Ok);
        }
        catch (WireFormatException)
        {
            return new StatusResponse(SetCurrentMapRequest.ResponseId, CorosyncError.NotExist);
        }
    }

    // The low half of a real handle is an index, and its high half is random.
    private ulong NextHandle() => ++_lastHandle | (1UL << 32);

    private sealed class Iterator(string prefix)
    {
        public string Prefix => prefix;

        public string Last { get; set; } = "";
    }
}
