using System.Globalization;
using System.Runtime.InteropServices;

namespace Quorum.Managed.Benchmarks.Support;

// A ring of libqb (qbrb.h), created and used in this process.
internal sealed unsafe partial class NativeRing : IDisposable
{
    private const string Library = "libqb.so.100";
    private const uint Create = 1;
    private const uint SharedProcess = 8;

    private readonly nint _ring;

    public NativeRing(int bytes)
    {
        string name = string.Create(
            CultureInfo.InvariantCulture, $"quorum-benchmark-{Environment.ProcessId}-{Guid.NewGuid():N}");
        _ring = Open(name, (nuint)bytes, Create | SharedProcess, 0);
        if (_ring == 0)
        {
            throw new InvalidOperationException($"qb_rb_open: errno {Marshal.GetLastPInvokeError()}");
        }
    }

    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    public int Write(ReadOnlySpan<byte> payload)
    {
        fixed (byte* bytes = payload)
        {
            return (int)WriteChunk(_ring, bytes, (nuint)payload.Length);
        }
    }

    public int Read(Span<byte> destination)
    {
        fixed (byte* bytes = destination)
        {
            return (int)ReadChunk(_ring, bytes, (nuint)destination.Length, 0);
        }
    }

    public void Dispose() => Close(_ring);

    [LibraryImport(Library, EntryPoint = "qb_rb_open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial nint Open(string name, nuint size, uint flags, nuint userBytes);

    [LibraryImport(Library, EntryPoint = "qb_rb_close")]
    private static partial void Close(nint ring);

    [LibraryImport(Library, EntryPoint = "qb_rb_chunk_write")]
    private static partial nint WriteChunk(nint ring, void* data, nuint length);

    [LibraryImport(Library, EntryPoint = "qb_rb_chunk_read")]
    private static partial nint ReadChunk(nint ring, void* data, nuint length, int milliseconds);
}
