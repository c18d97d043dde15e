using System.Globalization;
using Quorum.Managed.Benchmarks.Support;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// The memory that a connection occupies in /dev/shm, in the daemon and in the client. Each run has a client process and
// a daemon of its own, because neither gives back all memory that it once used.
internal static class MemoryMeasure
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(PairedContext context)
    {
        Series shared = context.Add("/dev/shm per connection", "B", Goal.ManagedAtMost(250_000, "<= 250 KB"));
        Series daemon = context.Add("daemon resident memory per connection", "B", Goal.None);
        Series client = context.Add("client resident memory per connection", "B", Goal.None);
        for (int pair = 0; pair < context.Plan.MemoryPairs; pair++)
        {
            Figures native = await ConnectAsync("native", context.Plan.Connections);
            Figures managed = await ConnectAsync("managed", context.Plan.Connections);
            shared.Add(native.Shared, managed.Shared);
            daemon.Add(native.Daemon, managed.Daemon);
            client.Add(native.Client, managed.Client);
        }
    }

    private static async Task<Figures> ConnectAsync(string which, int count)
    {
        CorosyncNode node = await BenchCluster.GetAsync();
        await using NodeProcess child = node.Start(ChildCommands.Command("memory", which, count));
        await child.ReadUntilAsync(line => line == "ready", Bound);
        long shared = ProcessFigures.SharedMemoryBytes(node.Pid);
        long resident = ProcessFigures.ResidentBytes(node.Pid);
        await child.WriteLineAsync("go");
        string grown = await child.ReadLineAsync(Bound)
            ?? throw new InvalidOperationException($"The client has ended: {child.Error}");
        Figures figures = new(
            (double)(ProcessFigures.SharedMemoryBytes(node.Pid) - shared) / count,
            (double)(ProcessFigures.ResidentBytes(node.Pid) - resident) / count,
            double.Parse(grown, CultureInfo.InvariantCulture) / count);
        child.CloseInput();
        await child.WaitAsync(Bound);
        return figures;
    }

    // Bytes per connection.
    private readonly record struct Figures(double Shared, double Daemon, double Client);
}
