using BenchmarkDotNet.Attributes;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.Ipc.SharedMemory;

namespace Quorum.Managed.Benchmarks.Micro;

/// <summary>
/// One thread writes a chunk to a ring and reads it. The native side is the ring of libqb, where libqb is installed.
/// </summary>
public class RingBenchmarks
{
    private const int RingBytes = 64 * 1024;
    private readonly byte[] _payload = new byte[4096];
    private readonly byte[] _copy = new byte[4096];
    private MemoryRing _memory = null!;
    private RingWriter _writer = null!;
    private RingReader _reader = null!;
    private NativeRing? _native;

    [Params(16, 32, 4096)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Create()
    {
        _memory = new MemoryRing(RingBytes / 4);
        _writer = new RingWriter(_memory.Ring);
        _reader = new RingReader(_memory.Ring);
        _native = NativeRing.IsAvailable ? new NativeRing(RingBytes) : null;
        new Random(1).NextBytes(_payload);
    }

    [GlobalCleanup]
    public void Free()
    {
        _memory.Dispose();
        _native?.Dispose();
    }

    [Benchmark(Baseline = true)]
    public int Native()
    {
        if (_native is null)
        {
            return 0;
        }

        _ = _native.Write(_payload.AsSpan(0, Bytes));
        return _native.Read(_copy);
    }

    [Benchmark]
    public int Managed()
    {
        _ = _writer.TryWrite(_payload.AsSpan(0, Bytes));
        return _reader.TryRead(_copy);
    }
}
