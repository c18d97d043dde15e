using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Tests;

/// <summary>The faults that only rings in shared memory have, as the managed client sees them.</summary>
public sealed class SharedMemoryFaultTests() : FaultFixture(IpcConnectionType.SharedMemory)
{
    private static IEnumerable<TestCaseData<SimulatorFault>> DamagedChunks() =>
    [
        new(SimulatorFault.ChunkMagic()) { TestName = "Wrong_magic_closes_the_connection" },
        new(SimulatorFault.ChunkSize(uint.MaxValue)) { TestName = "Largest_size_closes_the_connection" },
        new(SimulatorFault.ChunkSize(60_000)) { TestName = "Size_beyond_what_was_written_closes_the_connection" },
    ];

    [TestCaseSource(nameof(DamagedChunks))]
    public void Damaged_chunk_closes_the_connection(SimulatorFault fault)
    {
        using QuorumConnection connection = Connect();
        using IDisposable injected = Simulator.Inject(fault);
        Assert.That(() => connection.GetQuorate(), Throws.InstanceOf<QuorumConnectionClosedException>());
    }

    [Test]
    public void Short_ring_files_are_an_error()
    {
        using IDisposable injected = Simulator.Inject(SimulatorFault.ShortRingFiles());
        Assert.That(Connect, Throws.InstanceOf<QuorumException>());
    }
}
