using System.Globalization;
using System.Runtime.InteropServices;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Support;

// Handles of libvotequorum and libcmap. The keys are bytes already, so that nothing but the calls is measured. Not
// thread-safe.
internal sealed unsafe partial class NativeServices : IDisposable
{
    private const string Library = "libcmap.so.4";
    private const int NumberSize = 8;
    private const int NameSize = 256;

    private readonly ulong _votes;
    private readonly ulong _map;
    private readonly byte* _name = (byte*)NativeMemory.Alloc(NameSize);

    public NativeServices()
    {
        NativeVoteQuorum.Callbacks none = default;
        Check(NativeVoteQuorum.Initialize(out _votes, &none), "votequorum_initialize");
        Check(NativeCmap.InitializeMap(out _map, 0), "cmap_initialize_map");
    }

    public void GetInfo()
    {
        NativeVoteQuorum.Info info;
        Check(NativeVoteQuorum.GetInfo(_votes, 0, &info), "votequorum_getinfo");
    }

    public void Get(ReadOnlySpan<byte> key)
    {
        byte* value = stackalloc byte[NumberSize];
        nuint length = NumberSize;
        fixed (byte* name = key)
        {
            Check(GetNumber(_map, name, value, &length, null), "cmap_get");
        }
    }

    public int Count(ReadOnlySpan<byte> prefix)
    {
        ulong iterator;
        fixed (byte* name = prefix)
        {
            Check(Begin(_map, name, &iterator), "cmap_iter_init");
        }

        int count = 0;
        while (NativeCmap.IterNext(_map, iterator, _name, out _, out _) == NativeError.Ok)
        {
            count++;
        }

        Check(NativeCmap.IterFinalize(_map, iterator), "cmap_iter_finalize");
        return count;
    }

    public void SetKeys(string prefix, int count)
    {
        for (uint i = 0; i < count; i++)
        {
            Check(SetNumber(_map, Name(prefix, i), i), "cmap_set_uint32");
        }
    }

    public void DeleteKeys(string prefix, int count)
    {
        for (uint i = 0; i < count; i++)
        {
            Check(Delete(_map, Name(prefix, i)), "cmap_delete");
        }
    }

    public void Dispose()
    {
        _ = NativeVoteQuorum.Finalize(_votes);
        _ = NativeCmap.Finalize(_map);
        NativeMemory.Free(_name);
    }

    private static string Name(string prefix, uint number) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}key{number}");

    private static void Check(NativeError error, string call)
    {
        if (error != NativeError.Ok)
        {
            throw new InvalidOperationException($"{call}: {error}");
        }
    }

    [LibraryImport(Library, EntryPoint = "cmap_get")]
    private static partial NativeError GetNumber(ulong handle, byte* key, byte* value, nuint* length, int* type);

    [LibraryImport(Library, EntryPoint = "cmap_iter_init")]
    private static partial NativeError Begin(ulong handle, byte* prefix, ulong* iterator);

    [LibraryImport(Library, EntryPoint = "cmap_set_uint32", StringMarshalling = StringMarshalling.Utf8)]
    private static partial NativeError SetNumber(ulong handle, string key, uint value);

    [LibraryImport(Library, EntryPoint = "cmap_delete", StringMarshalling = StringMarshalling.Utf8)]
    private static partial NativeError Delete(ulong handle, string key);
}
