using System.Runtime.InteropServices;

namespace Quorum.Managed.TestSupport;

/// <summary>The part of libcmap.so.4 that reads, as cmap.h declares it.</summary>
public static unsafe partial class NativeCmap
{
    private const string Library = "libcmap.so.4";

    private static readonly Lazy<bool> Loads = new(static () => NativeLibrary.TryLoad(Library, out _));

    /// <summary>Whether the library is installed.</summary>
    public static bool IsAvailable => Loads.Value;

    [LibraryImport(Library, EntryPoint = "cmap_initialize_map")]
    public static partial NativeError InitializeMap(out ulong handle, int map);

    [LibraryImport(Library, EntryPoint = "cmap_finalize")]
    public static partial NativeError Finalize(ulong handle);

    [LibraryImport(Library, EntryPoint = "cmap_get", StringMarshalling = StringMarshalling.Utf8)]
    public static partial NativeError Get(ulong handle, string key, byte* value, ref nuint length, out int type);

    [LibraryImport(Library, EntryPoint = "cmap_iter_init", StringMarshalling = StringMarshalling.Utf8)]
    public static partial NativeError IterInit(ulong handle, string? prefix, out ulong iterator);

    [LibraryImport(Library, EntryPoint = "cmap_iter_next")]
    public static partial NativeError IterNext(
        ulong handle, ulong iterator, byte* key, out nuint length, out int type);

    [LibraryImport(Library, EntryPoint = "cmap_iter_finalize")]
    public static partial NativeError IterFinalize(ulong handle, ulong iterator);

    [LibraryImport(Library, EntryPoint = "cmap_track_add", StringMarshalling = StringMarshalling.Utf8)]
    public static partial NativeError TrackAdd(
        ulong handle,
        string key,
        int what,
        delegate* unmanaged<ulong, ulong, int, byte*, NotifyValue, NotifyValue, nint, void> notify,
        nint userData,
        out ulong tracker);

    [LibraryImport(Library, EntryPoint = "cmap_track_delete")]
    public static partial NativeError TrackDelete(ulong handle, ulong tracker);

    [LibraryImport(Library, EntryPoint = "cmap_dispatch")]
    public static partial NativeError Dispatch(ulong handle, int flags);

    /// <summary>struct cmap_notify_value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct NotifyValue
    {
        public int Type;
        public nuint Length;
        public byte* Data;
    }
}
