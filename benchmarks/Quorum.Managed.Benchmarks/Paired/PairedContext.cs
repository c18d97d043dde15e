using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// What a measure works with: how much to do, and where to put what it finds.
internal sealed class PairedContext(Plan plan)
{
    private readonly List<Series> _series = [];
    private readonly List<string> _skipped = [];

    public Plan Plan { get; } = plan;

    public IReadOnlyList<Series> Series => _series;

    public IReadOnlyList<string> Skipped => _skipped;

    // The name of the measure that runs.
    public string Measure { get; set; } = "";

    public Series Add(string title, string unit, Goal goal)
    {
        Series series = new(Measure, title, unit, goal);
        _series.Add(series);
        return series;
    }

    public void Skip(string reason) => _skipped.Add($"{Measure}: {reason}");

    public static string Name(ClusterIpc transport) => transport == ClusterIpc.Socket ? "socket" : "shared memory";
}
