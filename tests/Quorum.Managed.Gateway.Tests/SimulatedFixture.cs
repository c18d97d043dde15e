using Quorum.Managed.Testing;

namespace Quorum.Managed.Gateway.Tests;

/// <summary>A gateway beside a simulated daemon, which is node 1 of three.</summary>
public abstract class SimulatedFixture
{
    private protected QuorumSimulator Simulator { get; private set; } = null!;

    private protected string Folder { get; private set; } = null!;

    [SetUp]
    public void Start()
    {
        Simulator = QuorumSimulator.Start();
        Folder = Directory.CreateTempSubdirectory("quorum-gateway-").FullName;
    }

    [TearDown]
    public async Task StopAsync()
    {
        await Simulator.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    // Without the lease a start takes no seconds.
    private protected Task<GatewayProcess> StartLiveAsync(params string[] arguments) =>
        GatewayProcess.StartAsync(
            ["--endpoint", Simulator.Endpoint, "--assurance", "live", "--interval", "200ms", .. arguments]);

    private protected Task<GatewayProcess> StartLeasedAsync(params string[] arguments) =>
        GatewayProcess.StartAsync(["--endpoint", Simulator.Endpoint, .. arguments]);
}
