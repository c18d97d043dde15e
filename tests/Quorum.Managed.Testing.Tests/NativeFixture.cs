using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>
/// Simulators at the abstract address "quorum", where native libquorum looks for the service. Each test has a network
/// namespace of its own, in which that address is free.
/// </summary>
[Category("Corosync")]
public abstract class NativeFixture
{
    private static readonly Lazy<(string? Path, string? WhyNot)> Client = new(Compile);
    private PrivateNetwork _network = null!;

    /// <summary>
    /// tests/native/quorum_client.c, compiled. Where it cannot be, the test is ignored with the reason.
    /// </summary>
    protected static string ClientPath
    {
        get
        {
            (string? path, string? whyNot) = Client.Value;
            if (path is null)
            {
                Assert.Ignore(whyNot!);
            }

            return path;
        }
    }

    [OneTimeSetUp]
    public void RequireLibquorum() => Corosync.RequireWithLibraries(Assert.Ignore, Assert.Fail);

    [SetUp]
    public void OpenNetwork() => _network = new PrivateNetwork();

    [TearDown]
    public void CheckNothingIsLeft()
    {
        _network.Dispose();
        Assert.That(LeakCheck.Take([Environment.ProcessId]).SharedMemory, Is.Empty, "files are left in /dev/shm");
    }

    protected QuorumSimulator Start(IpcConnectionType transport, SimulatedCluster? cluster = null) =>
        Start(_network, transport, cluster, node: 1);

    protected static QuorumSimulator Start(
        PrivateNetwork network, IpcConnectionType transport, SimulatedCluster? cluster, uint node) =>
        QuorumSimulator.Start(new QuorumSimulatorOptions
        {
            Cluster = cluster,
            Node = node,
            Transport = transport,
            Address = IpcAddress.Abstract(WireLimits.ServiceName),
            Inside = network.Inside.Run,
        });

    protected NativeQuorumHandle Connect(int model = 1) => Inside(() => NativeQuorumHandle.Connect(model));

    /// <summary>Runs a function in the test's network namespace.</summary>
    protected T Inside<T>(Func<T> function) => _network.Inside.Run(function);

    /// <summary>Starts the client in C as a process in the test's network namespace.</summary>
    protected ClientProcess StartClient(params string[] arguments) => new(_network, ClientPath, arguments);

    /// <summary>Starts a program in the test's network namespace.</summary>
    protected ClientProcess StartTool(string program, params string[] arguments) => new(_network, program, arguments);

    private static (string? Path, string? WhyNot) Compile()
    {
        string program = Path.Combine(AppContext.BaseDirectory, "quorum_client");
        try
        {
            string? path = NativeProgram.Compile(
                ["gcc", "-Wl,--no-as-needed", "-lquorum"], "quorum_client.c", program, out string? whyNot);
            return (path, whyNot);
        }
        catch (InvalidOperationException e)
        {
            return (null, "libquorum's header or library for compilers is missing: " + e.Message);
        }
    }
}
