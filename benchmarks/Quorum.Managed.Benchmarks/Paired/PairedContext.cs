using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Benchmarks.Paired;

// The context of a measure: the plan for its size, and the series for its figures.
internal sealed class PairedContext(Plan plan)
{
    private readonly List<Series> _series = [];
    private readonly List<string> _skipped = [];

    public Plan Plan { get; } = plan;

    public IReadOnlyList<Series> Series => _series;

    public IReadOnlyList<string> Skipped => _skipped;

    // The name of the measure that is running.
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
