namespace Quorum.Managed.Interop.Tests;

/// <summary>Who said what from when on. Thread-safe.</summary>
internal sealed class MonitorHistory
{
    private readonly Lock _gate = new();
    private readonly List<MonitorView> _views = [];

    public IReadOnlyList<MonitorView> Views
    {
        get
        {
            lock (_gate)
            {
                return [.. _views];
            }
        }
    }

    public void Add(MonitorView view)
    {
        lock (_gate)
        {
            _views.Add(view);
        }
    }

    /// <summary>What held at a time; not quorate before the first.</summary>
    public MonitorView At(DateTimeOffset time) => Views.LastOrDefault(view => view.Time <= time) ?? new MonitorView(DateTimeOffset.MinValue, false, []);
}

internal sealed record MonitorView(DateTimeOffset Time, bool Quorate, IReadOnlyList<uint> Members)
{
    public override string ToString() => $"{(Quorate ? "quorate" : "not quorate")} [{string.Join(' ', Members)}]";
}
