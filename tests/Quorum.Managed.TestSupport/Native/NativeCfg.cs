using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport;

/// <summary>The part of libcfg.so.7 that reads, and the questions before a stop, as cfg.h declares it.</summary>
public static unsafe partial class NativeCfg
{
    /// <summary>Links in a node status.</summary>
    public const int Links = 8;

    /// <summary>Bytes of corosync_cfg_node_address_t: a length and a struct sockaddr_in6.</summary>
    public const int AddressSize = 32;

    private const string Library = "libcfg.so.7";

    private static readonly Lazy<bool> Loads = new(static () => NativeLibrary.TryLoad(Library, out _));

    /// <summary>Whether the library is installed.</summary>
    public static bool IsAvailable => Loads.Value;

    [LibraryImport(Library, EntryPoint = "corosync_cfg_initialize")]
    public static partial NativeError Initialize(out ulong handle, Callbacks* callbacks);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_finalize")]
    public static partial NativeError Finalize(ulong handle);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_local_get")]
    public static partial NativeError LocalGet(ulong handle, out uint node);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_get_node_addrs")]
    public static partial NativeError GetNodeAddresses(
        ulong handle, uint node, nuint most, out int count, byte* addresses);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_node_status_get")]
    public static partial NativeError NodeStatusGet(ulong handle, uint node, int version, NodeStatus* status);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_trackstart")]
    public static partial NativeError TrackStart(ulong handle, byte flags);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_trackstop")]
    public static partial NativeError TrackStop(ulong handle);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_replyto_shutdown")]
    public static partial NativeError ReplyToShutdown(ulong handle, int reply);

    [LibraryImport(Library, EntryPoint = "corosync_cfg_dispatch")]
    public static partial NativeError Dispatch(ulong handle, int flags);

    /// <summary>corosync_cfg_callbacks_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Callbacks
    {
        public delegate* unmanaged<ulong, int, void> ShutdownRequested;
    }

    /// <summary>struct corosync_knet_link_status_v1.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct LinkStatus
    {
        public byte Enabled;
        public byte Connected;
        public byte DynamicallyConnected;
        public uint Mtu;
        public fixed byte Source[256];
        public fixed byte Destination[256];
    }

    /// <summary>struct corosync_cfg_node_status_v1.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct NodeStatus
    {
        public int Version;
        public uint NodeId;
        public byte Reachable;
        public byte Remote;
        public byte External;
        public byte OnwireMin;
        public byte OnwireMax;
        public byte OnwireVersion;
        public LinkStatus Link0;
        public LinkStatus Link1;
        public LinkStatus Link2;
        public LinkStatus Link3;
        public LinkStatus Link4;
        public LinkStatus Link5;
        public LinkStatus Link6;
        public LinkStatus Link7;
    }
}
