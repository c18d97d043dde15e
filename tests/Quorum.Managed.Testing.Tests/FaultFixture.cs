using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>
/// A simulator per test, to inject faults into, and managed clients of it. Checks that no files are left.
/// </summary>
public abstract class FaultFixture(IpcConnectionType transport)
{
    private protected IpcConnectionType Transport => transport;

    private protected QuorumSimulator Simulator { get; private set; } = null!;

    private protected static int LeftFiles => LeakCheck.Take([Environment.ProcessId]).SharedMemory.Count;

    [SetUp]
    public void StartSimulator() => Simulator = QuorumSimulator.Start(new() { Transport = transport });

    [TearDown]
    public async Task StopSimulatorAsync()
    {
        await Simulator.DisposeAsync();
        Assert.That(LeftFiles, Is.Zero, "files are left in /dev/shm");
    }

    private protected static QuorumConnectionOptions OptionsOf(QuorumSimulator simulator) => new()
    {
        Endpoint = QuorumEndpoint.Parse(simulator.Endpoint),
        ConnectTimeout = Wait.Bound,
        RequestTimeout = Wait.Bound,
    };

    private protected QuorumConnection Connect() => QuorumConnection.Connect(OptionsOf(Simulator));
}
