using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// Makes a single-node cluster quorate or inquorate at will, thousands of times a second, as its quorum device: it
/// casts or withdraws the device's vote. Needs <see cref="CorosyncClusterOptions.QuorumDevice"/>. Thread-safe.
/// </summary>
public sealed unsafe class QuorumFlipper : IDisposable
{
    private const string DeviceName = "flipper";

    private static readonly ConcurrentDictionary<ulong, NativeRingId> Rings = new();

    private readonly Lock _lock = new();
    private readonly ulong _handle;
    private bool _disposed;

    private QuorumFlipper()
    {
        NativeVoteQuorum.Callbacks callbacks = new() { NodeListChanged = &OnNodeListChanged };
        Check(NativeVoteQuorum.Initialize(out _handle, &callbacks), "votequorum_initialize");
        try
        {
            UpdateRing();
            Check(NativeVoteQuorum.RegisterDevice(_handle, DeviceName), "votequorum_qdevice_register");
        }
        catch
        {
            _ = NativeVoteQuorum.Finalize(_handle);
            throw;
        }
    }

    /// <summary>Whether libvotequorum is installed.</summary>
    public static bool IsAvailable => NativeVoteQuorum.IsAvailable;

    /// <summary>
    /// Connects to a node's daemon. The node is inquorate from then on until the first <see cref="Flip"/>.
    /// </summary>
    public static QuorumFlipper ConnectTo(CorosyncNode node) => node.Network.Run(static () => new QuorumFlipper());

    /// <summary>
    /// Makes the node quorate or not. The daemon knows the vote when this method returns, and decides a moment later.
    /// Until then getquorate answers the old state: wait for the notification. The vote holds for an hour, unless the
    /// daemon restarts.
    /// </summary>
    public void Flip(bool quorate)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            NativeError error = Poll(quorate);
            if (error == NativeError.MessageError)
            {
                // The ring changed since the last flip.
                UpdateRing();
                error = Poll(quorate);
            }

            Check(error, "votequorum_qdevice_poll");
        }
    }

    /// <summary>Withdraws the device. The node is left inquorate.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _ = NativeVoteQuorum.UnregisterDevice(_handle, DeviceName);
                _ = NativeVoteQuorum.Finalize(_handle);
                Rings.TryRemove(_handle, out _);
            }
        }
    }

    private static void Check(NativeError error, string call) => NativeException.ThrowUnlessOk(error, call);

    private NativeError Poll(bool cast) =>
        NativeVoteQuorum.PollDevice(_handle, DeviceName, cast ? 1u : 0u, Rings[_handle]);

    // CURRENT asks once and does not track. Tracking would fill the event ring, which nothing here drains.
    private void UpdateRing()
    {
        Check(NativeVoteQuorum.TrackStart(_handle, 0, NativeQuorumHandle.TrackCurrent), "votequorum_trackstart");
        Check(NativeVoteQuorum.Dispatch(_handle, NativeQuorumHandle.DispatchAll), "votequorum_dispatch");
    }

    [UnmanagedCallersOnly]
    private static void OnNodeListChanged(
        ulong handle, ulong context, NativeRingId ring, uint members, uint* member) => Rings[handle] = ring;
}
