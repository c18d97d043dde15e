using System.Diagnostics;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

/// <summary>Simulators at the abstract address "quorum" in a network namespace of their own, where native libquorum finds them.</summary>
[Category("Corosync")]
public abstract class NativeFixture
{
    private static readonly Lazy<(string? Path, string? WhyNot)> Client = new(Compile);
    private PrivateNetwork? _network;

    protected static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    [OneTimeSetUp]
    public void RequireLibquorum() => Corosync.RequireWithLibraries(Assert.Ignore, Assert.Fail);

    [SetUp]
    public void OpenNetwork() => _network = new PrivateNetwork();

    [TearDown]
    public void CheckNothingIsLeft()
    {
        _network?.Dispose();
        Assert.That(LeakCheck.Take([Environment.ProcessId]).SharedMemory, Is.Empty, "files are left in /dev/shm");
    }

    protected QuorumSimulator Start(IpcConnectionType transport, SimulatedCluster? cluster = null, uint node = 1) =>
        QuorumSimulator.Start(new QuorumSimulatorOptions
        {
            Cluster = cluster,
            Node = node,
            Transport = transport,
            Address = IpcAddress.Abstract(WireLimits.ServiceName),
            Inside = _network!.Inside.Run,
        });

    protected NativeQuorumHandle Connect(int model = 1) => _network!.Inside.Run(() => NativeQuorumHandle.Connect(model));

    protected T Inside<T>(Func<T> function) => _network!.Inside.Run(function);

    /// <summary>tests/native/quorum_client.c, compiled, as a process in the namespace.</summary>
    protected ClientProcess StartClient(params string[] arguments)
    {
        (string? path, string? whyNot) = Client.Value;
        if (path is null)
        {
            Assert.Ignore(whyNot!);
        }

        return new ClientProcess([$"--net={_network!.Path}", path, .. arguments]);
    }

    protected static string ClientPath
    {
        get
        {
            if (Client.Value.Path is null)
            {
                Assert.Ignore(Client.Value.WhyNot!);
            }

            return Client.Value.Path;
        }
    }

    private static (string? Path, string? WhyNot) Compile()
    {
        string source = Path.Combine(AppContext.BaseDirectory, "native", "quorum_client.c");
        string program = Path.Combine(AppContext.BaseDirectory, "quorum_client");
        try
        {
            using Process gcc = Process.Start(new ProcessStartInfo("gcc", ["-O1", "-Wall", "-o", program, source, "-lquorum"])
            {
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
            string error = gcc.StandardError.ReadToEnd();
            gcc.WaitForExit();
            return gcc.ExitCode == 0 ? (program, null) : (null, "gcc cannot build a libquorum client here: " + error);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (null, "no gcc: " + e.Message);
        }
    }
}
