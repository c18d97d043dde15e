using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// A handle of libquorum that records its callbacks. Use by one thread at a time, because libquorum is not thread-safe.
/// Connect inside the node's <see cref="NetworkNamespace"/>, for example with <see cref="ConnectTo"/>. Use it anywhere.
/// </summary>
public sealed unsafe class NativeQuorumHandle : IDisposable
{
    /// <summary>CS_TRACK_CURRENT.</summary>
    public const uint TrackCurrent = 1;

    /// <summary>CS_TRACK_CHANGES.</summary>
    public const uint TrackChanges = 2;

    /// <summary>CS_DISPATCH_ALL.</summary>
    public const int DispatchAll = 2;

    /// <summary>CS_DISPATCH_ONE_NONBLOCKING.</summary>
    public const int DispatchOneNonblocking = 4;

    // A callback gets nothing but the handle. Callbacks run inside quorum_dispatch only, so the entry exists before the
    // first one.
    private static readonly ConcurrentDictionary<ulong, NativeQuorumHandle> Open = new();

    private readonly List<NativeEvent> _events = [];
    private bool _disposed;

    private NativeQuorumHandle(ulong handle, uint quorumType)
    {
        Handle = handle;
        QuorumType = quorumType;
        Open[handle] = this;
    }

    /// <summary>The quorum_handle_t.</summary>
    public ulong Handle { get; }

    /// <summary>What initialize answered: 0 free, 1 set.</summary>
    public uint QuorumType { get; }

    /// <summary>All callbacks so far, oldest first.</summary>
    public IReadOnlyList<NativeEvent> Events => _events;

    /// <summary>quorum_fd_get.</summary>
    public int Descriptor
    {
        get
        {
            NativeException.ThrowUnlessOk(NativeQuorum.GetDescriptor(Handle, out int descriptor), "quorum_fd_get");
            return descriptor;
        }
    }

    /// <summary>quorum_context_get and quorum_context_set.</summary>
    public nint Context
    {
        get
        {
            NativeException.ThrowUnlessOk(NativeQuorum.GetContext(Handle, out nint context), "quorum_context_get");
            return context;
        }
        set => NativeException.ThrowUnlessOk(NativeQuorum.SetContext(Handle, value), "quorum_context_set");
    }

    /// <summary>quorum_initialize, the call before models.</summary>
    public static NativeQuorumHandle ConnectWithoutModel()
    {
        NativeQuorum.CallbacksV0 callbacks = new() { Notify = &OnNotifyV0 };
        NativeError error = NativeQuorum.Initialize(out ulong handle, &callbacks, out uint type);
        NativeException.ThrowUnlessOk(error, "quorum_initialize");
        return new NativeQuorumHandle(handle, type);
    }

    /// <summary>quorum_model_initialize with model 0 or 1.</summary>
    /// <exception cref="NativeException">It did not answer CS_OK.</exception>
    public static NativeQuorumHandle Connect(int model = 1, nint context = 0)
    {
        NativeQuorum.ModelDataV0 v0 = new() { Notify = &OnNotifyV0 };
        NativeQuorum.ModelDataV1 v1 = new()
        {
            Model = 1,
            QuorumChanged = &OnQuorumChanged,
            NodeListChanged = &OnNodeListChanged,
        };
        void* data = model == 0 ? &v0 : &v1;
        NativeError error = NativeQuorum.ModelInitialize(out ulong handle, model, data, out uint type, context);
        NativeException.ThrowUnlessOk(error, "quorum_model_initialize");
        return new NativeQuorumHandle(handle, type);
    }

    /// <summary><see cref="Connect"/> inside a node's network namespace.</summary>
    public static NativeQuorumHandle ConnectTo(CorosyncNode node, int model = 1) =>
        node.Network.Run(() => Connect(model));

    /// <summary>quorum_getquorate.</summary>
    public bool GetQuorate()
    {
        NativeException.ThrowUnlessOk(NativeQuorum.GetQuorate(Handle, out int quorate), "quorum_getquorate");
        return quorate != 0;
    }

    /// <summary>quorum_trackstart.</summary>
    public void TrackStart(uint flags = TrackCurrent | TrackChanges) =>
        NativeException.ThrowUnlessOk(NativeQuorum.TrackStart(Handle, flags), "quorum_trackstart");

    /// <summary>quorum_trackstop.</summary>
    public void TrackStop() => NativeException.ThrowUnlessOk(NativeQuorum.TrackStop(Handle), "quorum_trackstop");

    /// <summary>quorum_dispatch. Returns its error instead of throwing.</summary>
    public NativeError Dispatch(int flags = DispatchAll) => NativeQuorum.Dispatch(Handle, flags);

    /// <summary>Waits until quorum_dispatch would not block. False when the time is over.</summary>
    public bool Poll(TimeSpan timeout)
    {
        NativeLibc.PollDescriptor descriptor = new() { Descriptor = Descriptor, Events = NativeLibc.PollIn };
        return NativeLibc.Poll(ref descriptor, 1, (int)Math.Ceiling(timeout.TotalMilliseconds)) > 0;
    }

    /// <summary>
    /// Dispatches until <paramref name="count"/> callbacks have been recorded in all, and returns the last of them.
    /// </summary>
    /// <exception cref="TimeoutException">Fewer came in time; the message has those that did.</exception>
    public NativeEvent WaitForEvent(int count, TimeSpan timeout)
    {
        WaitUntil(() => _events.Count >= count, $"{count} events", timeout);
        return _events[count - 1];
    }

    /// <summary>
    /// Dispatches until an event from index <paramref name="from"/> on satisfies the predicate, and returns the index
    /// after it.
    /// </summary>
    /// <exception cref="TimeoutException">None came in time; the message has those that did.</exception>
    public int WaitForEvent(Predicate<NativeEvent> predicate, int from, TimeSpan timeout)
    {
        int index = -1;
        WaitUntil(() => (index = _events.FindIndex(from, predicate)) >= 0, "the event", timeout);
        return index + 1;
    }

    /// <summary>quorum_finalize.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            // Before finalize, because the library gives the number to the next handle.
            Open.TryRemove(Handle, out _);
            _ = NativeQuorum.Finalize(Handle);
        }
    }

    private void WaitUntil(Func<bool> condition, string what, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero || !Poll(left))
            {
                string seen = string.Join("; ", _events);
                throw new TimeoutException($"{what} did not come within {timeout}; so far: {seen}");
            }

            NativeError error = Dispatch();
            if (error != NativeError.TryAgain)
            {
                NativeException.ThrowUnlessOk(error, "quorum_dispatch");
            }
        }
    }

    [UnmanagedCallersOnly]
    private static void OnNotifyV0(ulong handle, uint quorate, ulong sequence, uint members, uint* member) =>
        Record(handle, new(NativeEventKind.V0, quorate, new NativeRingId(0, sequence), Copy(member, members), [], []));

    [UnmanagedCallersOnly]
    private static void OnQuorumChanged(ulong handle, uint quorate, NativeRingId ring, uint members, uint* member) =>
        Record(handle, new(NativeEventKind.Quorum, quorate, ring, Copy(member, members), [], []));

    [UnmanagedCallersOnly]
    private static void OnNodeListChanged(
        ulong handle, NativeRingId ring, uint members, uint* member, uint joined, uint* join, uint left, uint* leave) =>
        Record(
            handle,
            new(NativeEventKind.NodeList, null, ring, Copy(member, members), Copy(join, joined), Copy(leave, left)));

    private static void Record(ulong handle, NativeEvent notification)
    {
        if (Open.TryGetValue(handle, out NativeQuorumHandle? owner))
        {
            owner._events.Add(notification);
        }
    }

    private static uint[] Copy(uint* list, uint count) => new ReadOnlySpan<uint>(list, (int)count).ToArray();
}
