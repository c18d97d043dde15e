namespace Quorum.Managed.Interop.Tests;

/// <summary>The views of one source, each with the time at which it began. Thread-safe.</summary>
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

    /// <summary>The view at a time; not quorate before the first.</summary>
    public MonitorView At(DateTimeOffset time) =>
        Views.LastOrDefault(view => view.Time <= time) ?? new MonitorView(DateTimeOffset.MinValue, false, []);

    /// <summary>When the first quorate view after a time began; the end of time if there is none.</summary>
    public DateTimeOffset FirstQuorate(DateTimeOffset after) =>
        Views.FirstOrDefault(view => view.Time > after && view.Quorate)?.Time ?? DateTimeOffset.MaxValue;

    /// <summary>When the first view after a time that is not quorate began; the end of time if there is none.</summary>
    public DateTimeOffset FirstLoss(DateTimeOffset after) =>
        Views.FirstOrDefault(view => view.Time > after && !view.Quorate)?.Time ?? DateTimeOffset.MaxValue;

    /// <summary>How often a quorate view was followed by one that is not.</summary>
    public int CountLosses()
    {
        IReadOnlyList<MonitorView> views = Views;
        return views.Zip(views.Skip(1)).Count(pair => pair.First.Quorate && !pair.Second.Quorate);
    }
}

internal sealed record MonitorView(DateTimeOffset Time, bool Quorate, IReadOnlyList<uint> Members)
{
    public override string ToString() => $"{(Quorate ? "quorate" : "not quorate")} [{string.Join(' ', Members)}]";
}
