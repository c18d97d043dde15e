using System.Collections.Concurrent;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed;

// The trackers of one connection. A tracker has a number of this library's, which the daemon sends with each event, and
// a handle of the daemon's, by which it is deleted.
internal sealed class CmapTrackers(ServiceConnection service, CmapMap map)
{
    private readonly ConcurrentDictionary<ulong, Tracker> _trackers = new();
    private long _last;

    public ulong Add(string prefix, CmapChanges? changes, CmapChangedCallback? callback)
    {
        CmapTrackAddRequest request = Begin(prefix, changes, callback);
        try
        {
            return End(request, service.Request<CmapTrackAddRequest, CmapHandleResponse>(request));
        }
        catch
        {
            _trackers.TryRemove(request.Tag, out _);
            throw;
        }
    }

    public async ValueTask<ulong> AddAsync(
        string prefix, CmapChanges? changes, CmapChangedCallback? callback, CancellationToken cancellationToken)
    {
        CmapTrackAddRequest request = Begin(prefix, changes, callback);
        try
        {
            return End(request, await service
                .RequestAsync<CmapTrackAddRequest, CmapHandleResponse>(request, cancellationToken)
                .ConfigureAwait(false));
        }
        catch
        {
            // The daemon may have the tracker all the same. Its events are dropped.
            _trackers.TryRemove(request.Tag, out _);
            throw;
        }
    }

    // Events of the tracker, also those under way, are dropped from now on.
    public void Delete(ulong tracker) =>
        service.Request<CmapTrackDeleteRequest, CmapHandleResponse>(Remove(tracker));

    public async ValueTask DeleteAsync(ulong tracker, CancellationToken cancellationToken) =>
        await service
            .RequestAsync<CmapTrackDeleteRequest, CmapHandleResponse>(Remove(tracker), cancellationToken)
            .ConfigureAwait(false);

    // Calls the callback of the tracker, if it has one. Returns false for an event that is skipped.
    public bool Handle(CmapConnection connection, ReadOnlySpan<byte> message)
    {
        if (Read(message) is not { } change)
        {
            return false;
        }

        if (_trackers.TryGetValue(change.Tracker, out Tracker? tracker))
        {
            tracker.Callback?.Invoke(connection, change);
        }

        return true;
    }

    // Null for an event of a newer daemon, and for one of a tracker that is no more.
    public CmapChange? Read(ReadOnlySpan<byte> message)
    {
        try
        {
            if (WireMessage.ReadId(message) != CmapChangedEvent.Id)
            {
                return null;
            }

            CmapChangedEvent change = CmapChangedEvent.Read(message);
            return _trackers.ContainsKey(change.Tag)
                ? new CmapChange(
                    change.Tag,
                    change.Key,
                    change.Change,
                    change.Change == CmapChanges.Deleted ? null : Real(change.NewValue),
                    change.Change == CmapChanges.Added ? null : Real(change.OldValue))
                : null;
        }
        catch (WireFormatException e)
        {
            throw service.Broken(e);
        }
    }

    // In the statistics map an addition also has an old value, and a deletion a new one: the same.
    private static CmapValue? Real(CmapValue value) => value.Type == CmapValueType.None ? null : value;

    // The callback is known before the request is sent, because events may come before the answer.
    private CmapTrackAddRequest Begin(string prefix, CmapChanges? changes, CmapChangedCallback? callback)
    {
        ulong number = (ulong)Interlocked.Increment(ref _last);
        CmapChanges most = map == CmapMap.Configuration ? CmapChanges.All : CmapChanges.Added | CmapChanges.Deleted;
        CmapTrackAddRequest request = new(map, prefix, changes ?? most, number);
        _trackers[number] = new Tracker(callback);
        return request;
    }

    private ulong End(CmapTrackAddRequest request, CmapHandleResponse answer)
    {
        _trackers[request.Tag].Handle = answer.Handle;
        return request.Tag;
    }

    private CmapTrackDeleteRequest Remove(ulong number) =>
        _trackers.TryGetValue(number, out Tracker? tracker)
        && tracker.Handle is not 0 and ulong handle
        && _trackers.TryRemove(number, out _)
            ? new CmapTrackDeleteRequest(handle)
            : throw new ArgumentException("This connection has no such tracker.", nameof(number));

    private sealed class Tracker(CmapChangedCallback? callback)
    {
        private ulong _handle;

        public CmapChangedCallback? Callback => callback;

        // Zero, which is no handle, until the daemon has answered. Its events may come before.
        public ulong Handle
        {
            get => Volatile.Read(ref _handle);
            set => Volatile.Write(ref _handle, value);
        }
    }
}
