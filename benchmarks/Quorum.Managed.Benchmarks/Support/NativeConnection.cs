using System.Diagnostics;
using System.Runtime.InteropServices;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Support;

// A handle of libquorum. Its callbacks cost next to nothing: they count, and take the time. Not thread-safe.
internal sealed unsafe class NativeConnection : IDisposable
{
    public const int DispatchOne = 1;
    public const int DispatchAll = 2;
    public const int DispatchOneNonblocking = 4;

    // A callback gets only the handle, so the counters are static. No two connections with events are in use at once.
    private static long _events;
    private static long _lastEvent;

    private readonly ulong _handle;

    private NativeConnection(ulong handle) => _handle = handle;

    // The number of callbacks on all connections.
    public static long Events => Volatile.Read(ref _events);

    // The time of the last callback, as a timestamp of the Stopwatch.
    public static long LastEvent => Volatile.Read(ref _lastEvent);

    public static NativeConnection Connect()
    {
        NativeQuorum.ModelDataV1 data = new()
        {
            Model = 1,
            QuorumChanged = &OnQuorumChanged,
            NodeListChanged = &OnNodeListChanged,
        };
        Check(NativeQuorum.ModelInitialize(out ulong handle, 1, &data, out _, 0), "quorum_model_initialize");
        return new NativeConnection(handle);
    }

    public bool GetQuorate()
    {
        Check(NativeQuorum.GetQuorate(_handle, out int quorate), "quorum_getquorate");
        return quorate != 0;
    }

    public void TrackStart(uint flags) => Check(NativeQuorum.TrackStart(_handle, flags), "quorum_trackstart");

    public void TrackStop() => Check(NativeQuorum.TrackStop(_handle), "quorum_trackstop");

    // Returns false when there was nothing to dispatch.
    public bool Dispatch(int flags)
    {
        NativeError error = NativeQuorum.Dispatch(_handle, flags);
        if (error is NativeError.TryAgain)
        {
            return false;
        }

        Check(error, "quorum_dispatch");
        return true;
    }

    public void Dispose() => _ = NativeQuorum.Finalize(_handle);

    private static void Check(NativeError error, string call)
    {
        if (error != NativeError.Ok)
        {
            throw new NativeException(call, error);
        }
    }

    [UnmanagedCallersOnly]
    private static void OnQuorumChanged(ulong handle, uint quorate, NativeRingId ring, uint members, uint* member) =>
        Count();

    [UnmanagedCallersOnly]
    private static void OnNodeListChanged(
        ulong handle, NativeRingId ring, uint members, uint* member, uint joined, uint* join, uint left, uint* leave) =>
        Count();

    private static void Count()
    {
        Volatile.Write(ref _lastEvent, Stopwatch.GetTimestamp());
        Volatile.Write(ref _events, _events + 1);
    }
}
