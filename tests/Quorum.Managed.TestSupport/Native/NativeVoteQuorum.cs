using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport;

/// <summary>The part of libvotequorum.so.8 that a quorum device needs, as votequorum.h declares it.</summary>
internal static unsafe partial class NativeVoteQuorum
{
    private const string Library = "libvotequorum.so.8";

    private static readonly Lazy<bool> Loads = new(static () => NativeLibrary.TryLoad(Library, out _));

    public static bool IsAvailable => Loads.Value;

    [LibraryImport(Library, EntryPoint = "votequorum_initialize")]
    public static partial NativeError Initialize(out ulong handle, Callbacks* callbacks);

    [LibraryImport(Library, EntryPoint = "votequorum_finalize")]
    public static partial NativeError Finalize(ulong handle);

    [LibraryImport(Library, EntryPoint = "votequorum_dispatch")]
    public static partial NativeError Dispatch(ulong handle, int flags);

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
        public nint QuorumChanged;
        public nint ExpectedVotesChanged;
        public delegate* unmanaged<ulong, ulong, NativeRingId, uint, uint*, void> NodeListChanged;
    }
}
