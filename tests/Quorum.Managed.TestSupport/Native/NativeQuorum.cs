using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport;

/// <summary>
/// libquorum.so.5, call by call, as quorum.h declares it. A handle must be used by one thread at a time.
/// <see cref="NativeQuorumHandle"/> wraps it.
/// </summary>
public static unsafe partial class NativeQuorum
{
    private const string Library = "libquorum.so.5";

    private static readonly Lazy<bool> Loads = new(static () => NativeLibrary.TryLoad(Library, out _));

    /// <summary>Whether the library is installed.</summary>
    public static bool IsAvailable => Loads.Value;

    [LibraryImport(Library, EntryPoint = "quorum_initialize")]
    public static partial NativeError Initialize(out ulong handle, CallbacksV0* callbacks, out uint quorumType);

    [LibraryImport(Library, EntryPoint = "quorum_model_initialize")]
    public static partial NativeError ModelInitialize(
        out ulong handle, int model, void* modelData, out uint quorumType, nint context);

    [LibraryImport(Library, EntryPoint = "quorum_finalize")]
    public static partial NativeError Finalize(ulong handle);

    [LibraryImport(Library, EntryPoint = "quorum_fd_get")]
    public static partial NativeError GetDescriptor(ulong handle, out int descriptor);

    [LibraryImport(Library, EntryPoint = "quorum_dispatch")]
    public static partial NativeError Dispatch(ulong handle, int flags);

    [LibraryImport(Library, EntryPoint = "quorum_getquorate")]
    public static partial NativeError GetQuorate(ulong handle, out int quorate);

    [LibraryImport(Library, EntryPoint = "quorum_trackstart")]
    public static partial NativeError TrackStart(ulong handle, uint flags);

    [LibraryImport(Library, EntryPoint = "quorum_trackstop")]
    public static partial NativeError TrackStop(ulong handle);

    [LibraryImport(Library, EntryPoint = "quorum_context_set")]
    public static partial NativeError SetContext(ulong handle, nint context);

    [LibraryImport(Library, EntryPoint = "quorum_context_get")]
    public static partial NativeError GetContext(ulong handle, out nint context);

    /// <summary>quorum_callbacks_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CallbacksV0
    {
        public delegate* unmanaged<ulong, uint, ulong, uint, uint*, void> Notify;
    }

    /// <summary>quorum_model_v0_data_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ModelDataV0
    {
        public int Model;
        public delegate* unmanaged<ulong, uint, ulong, uint, uint*, void> Notify;
    }

    /// <summary>quorum_model_v1_data_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ModelDataV1
    {
        public int Model;
        public delegate* unmanaged<ulong, uint, NativeRingId, uint, uint*, void> QuorumChanged;
        public delegate* unmanaged<ulong, NativeRingId, uint, uint*, uint, uint*, uint, uint*, void> NodeListChanged;
    }
}
