using System.Diagnostics;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Support;

// libquorum with callbacks that cost next to nothing: they count, and take the time. One thread at a time.
internal sealed unsafe class NativeConnection : IDisposable
{
    public const int DispatchOne = 1;
    public const int DispatchAll = 2;
    public const int DispatchOneNonblocking = 4;

    // Callbacks come with the handle alone; no two connections that get events are used at once.
    private static long _events;
    private static long _lastEvent;

    private readonly ulong _handle;

    private NativeConnection(ulong handle) => _handle = handle;

    // How many callbacks there were, on all connections.
    public static long Events => Volatile.Read(ref _events);

    // When the last one was called.
    public static long LastEvent => Volatile.Read(ref _lastEvent);

    public static NativeConnection Connect()
    {
        NativeQuorum.ModelDataV1 data = new() { Model = 1, QuorumChanged = &OnQuorumChanged, NodeListChanged = &OnNodeListChanged };
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

    // False when there was nothing to do.
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

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static void OnQuorumChanged(ulong handle, uint quorate, NativeRingId ring, uint members, uint* member) => Count();

    [System.Runtime.InteropServices.UnmanagedCallersOnly]
    private static void OnNodeListChanged(
        ulong handle, NativeRingId ring, uint members, uint* member, uint joined, uint* join, uint left, uint* leave) => Count();

    private static void Count()
    {
        Volatile.Write(ref _lastEvent, Stopwatch.GetTimestamp());
        Volatile.Write(ref _events, _events + 1);
    }
}
