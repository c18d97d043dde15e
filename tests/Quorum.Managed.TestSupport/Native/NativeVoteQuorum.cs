using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// The part of libvotequorum.so.8 that reads, and that a quorum device needs, as votequorum.h declares it.
/// </summary>
public static unsafe partial class NativeVoteQuorum
{
    private const string Library = "libvotequorum.so.8";

    private static readonly Lazy<bool> Loads = new(static () => NativeLibrary.TryLoad(Library, out _));

    /// <summary>Whether the library is installed.</summary>
    public static bool IsAvailable => Loads.Value;

    [LibraryImport(Library, EntryPoint = "votequorum_initialize")]
    public static partial NativeError Initialize(out ulong handle, Callbacks* callbacks);

    [LibraryImport(Library, EntryPoint = "votequorum_finalize")]
    public static partial NativeError Finalize(ulong handle);

    [LibraryImport(Library, EntryPoint = "votequorum_dispatch")]
    public static partial NativeError Dispatch(ulong handle, int flags);

    [LibraryImport(Library, EntryPoint = "votequorum_getinfo")]
    public static partial NativeError GetInfo(ulong handle, uint node, Info* info);

    [LibraryImport(Library, EntryPoint = "votequorum_trackstop")]
    public static partial NativeError TrackStop(ulong handle);

    [LibraryImport(Library, EntryPoint = "votequorum_trackstart")]
    public static partial NativeError TrackStart(ulong handle, ulong context, uint flags);

    [LibraryImport(Library, EntryPoint = "votequorum_qdevice_register", StringMarshalling = StringMarshalling.Utf8)]
    public static partial NativeError RegisterDevice(ulong handle, string name);

    [LibraryImport(Library, EntryPoint = "votequorum_qdevice_unregister", StringMarshalling = StringMarshalling.Utf8)]
    public static partial NativeError UnregisterDevice(ulong handle, string name);

    [LibraryImport(Library, EntryPoint = "votequorum_qdevice_poll", StringMarshalling = StringMarshalling.Utf8)]
    public static partial NativeError PollDevice(ulong handle, string name, uint castVote, NativeRingId ring);

    /// <summary>votequorum_callbacks_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Callbacks
    {
        public delegate* unmanaged<ulong, ulong, uint, uint, Node*, void> QuorumChanged;
        public delegate* unmanaged<ulong, ulong, uint, void> ExpectedVotesChanged;
        public delegate* unmanaged<ulong, ulong, NativeRingId, uint, uint*, void> NodeListChanged;
    }

    /// <summary>votequorum_node_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Node
    {
        public uint Id;
        public uint State;
    }

    /// <summary>struct votequorum_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Info
    {
        public uint NodeId;
        public uint State;
        public uint Votes;
        public uint Expected;
        public uint Highest;
        public uint Total;
        public uint Quorum;
        public uint Flags;
        public uint DeviceVotes;
        public fixed byte DeviceName[255];
    }
}
