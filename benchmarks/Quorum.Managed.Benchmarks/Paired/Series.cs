namespace Quorum.Managed.Benchmarks.Paired;

// One figure of native and of managed, pair by pair. For most figures, smaller is better.
internal sealed class Series(string measure, string title, string unit, Goal goal)
{
    private readonly List<(double Native, double Managed)> _pairs = [];

    public string Measure { get; } = measure;

    public string Title { get; } = title;

    public string Unit { get; } = unit;

    public Goal Goal { get; } = goal;

    public IReadOnlyList<(double Native, double Managed)> Pairs => _pairs;

    public double Native => Statistics.Median(_pairs.Select(pair => pair.Native));

    public double Managed => Statistics.Median(_pairs.Select(pair => pair.Managed));

    // Without the pairs in which native has no counterpart, or needs nothing.
    public IEnumerable<double> Ratios => _pairs.Select(Ratio).Where(double.IsFinite);

    public bool? IsReached => _pairs.Count == 0 ? null : Goal.IsReached?.Invoke(Managed, Statistics.Median(Ratios));

    public static double Ratio((double Native, double Managed) pair) => pair.Managed / pair.Native;

    public void Add(double native, double managed) => _pairs.Add((native, managed));
}
