using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Quorum.Managed;

/// <summary>The names under which monitors publish metrics and traces through System.Diagnostics.</summary>
/// <remarks>
/// protocol-docs/monitor.md, "Metrics and traces", lists the instruments. Each measurement has the attributes
/// <c>quorum.monitor.name</c> and <c>quorum.monitor.instance</c>. Instruments without a listener cost nothing. The
/// names follow the conventions of OpenTelemetry.
/// </remarks>
public static class QuorumTelemetry
{
    /// <summary>The name of the meter, for OpenTelemetry's <c>AddMeter</c>.</summary>
    public const string MeterName = "Quorum.Managed";

    /// <summary>The name of the activity source, for OpenTelemetry's <c>AddSource</c>.</summary>
    public const string ActivitySourceName = "Quorum.Managed";

    internal const string MonitorNameTag = "quorum.monitor.name";
    internal const string MonitorInstanceTag = "quorum.monitor.instance";
    internal const string StateTag = "quorum.state";

    private static readonly QuorumState[] States = [QuorumState.Unknown, QuorumState.Inquorate, QuorumState.Quorate];
    private static readonly QuorumBasis[] Bases = Enum.GetValues<QuorumBasis>();
    private static readonly ActivitySource Source = new(ActivitySourceName);
    private static readonly Meter Meter = new(MeterName);
    private static readonly ConcurrentDictionary<QuorumMonitor, byte> Monitors = new();

    private static readonly Counter<long> Transitions = Meter.CreateCounter<long>(
        "quorum.monitor.transitions",
        "{transition}",
        "Changes of the state; the attribute quorum.state has the new one.");

    private static readonly Counter<long> Connects = Meter.CreateCounter<long>(
        "quorum.monitor.connects",
        "{connect}",
        "Connections made and attempts that failed (attribute error.type).");

    private static readonly Histogram<double> Requests = Meter.CreateHistogram<double>(
        "quorum.request.duration",
        "s",
        "How long the daemon took to answer a request.",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3],
        });

    static QuorumTelemetry()
    {
        Meter.CreateObservableUpDownCounter(
            "quorum.monitor.state",
            ObserveStates,
            "{monitor}",
            "1 for the state that holds (attribute quorum.state), 0 for the others.");
        Meter.CreateObservableUpDownCounter(
            "quorum.members", ObserveMembers, "{node}", "Nodes in the membership that was last known.");
        Meter.CreateObservableGauge(
            "quorum.ring.sequence", ObserveRings, "{ring}", "Sequence number of the membership that was last known.");
        Meter.CreateObservableGauge(
            "quorum.monitor.staleness", ObserveStaleness, "s", "Age of the daemon's last confirmation.");
        Meter.CreateObservableGauge(
            "quorum.monitor.lease.remaining", ObserveLeases, "s", "What is left of the lease (leased assurance).");
        Meter.CreateObservableUpDownCounter(
            "quorum.monitor.basis",
            ObserveBases,
            "{monitor}",
            "1 for what a yes rests on (attribute quorum.basis), 0 for the others.");
    }

    internal static void Add(QuorumMonitor monitor) => Monitors.TryAdd(monitor, 0);

    internal static void Remove(QuorumMonitor monitor) => Monitors.TryRemove(monitor, out _);

    // elsewhere: listeners are user code, and must not block the calling thread. Their errors go nowhere, so that they
    // cannot end a monitor.
    internal static void CountTransition(MonitorIdentity monitor, QuorumState state, bool elsewhere)
    {
        if (elsewhere)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                static change => CountTransition(change.Monitor, change.State, elsewhere: false),
                (Monitor: monitor, State: state),
                preferLocal: false);
            return;
        }

        TagList tags = TagsOf(monitor);
        tags.Add(StateTag, QuorumStateNames.NameOf(state));
        UserCode.Run(static tags => Transitions.Add(1, tags), tags);
    }

    internal static void CountConnect(MonitorIdentity monitor, Exception? error)
    {
        TagList tags = TagsOf(monitor);
        if (error is not null)
        {
            tags.Add("error.type", ErrorType(error));
        }

        UserCode.Run(static tags => Connects.Add(1, tags), tags);
    }

    internal static Activity? StartConnect(MonitorIdentity monitor) => Start(monitor, "connect");

    internal static Activity? StartRequest(MonitorIdentity monitor, string operation) =>
        Source.HasListeners() ? Start(monitor, operation) : null;

    internal static void Stop(Activity? activity)
    {
        if (activity is not null)
        {
            UserCode.Run(static activity => activity.Dispose(), activity);
        }
    }

    internal static void Fail(Activity? activity, Exception error)
    {
        activity?.SetStatus(ActivityStatusCode.Error, error.Message);
        activity?.SetTag("error.type", ErrorType(error));
    }

    internal static void RecordRequest(
        MonitorIdentity monitor, string operation, TimeSpan elapsed, Exception? error)
    {
        if (!Requests.Enabled)
        {
            return;
        }

        TagList tags = TagsOf(monitor);
        tags.Add("quorum.operation", operation);
        if (error is not null)
        {
            tags.Add("error.type", ErrorType(error));
        }

        UserCode.Run(
            static call => Requests.Record(call.Seconds, call.Tags), (Seconds: elapsed.TotalSeconds, Tags: tags));
    }

    private static Activity? Start(MonitorIdentity monitor, string operation)
    {
        try
        {
            Activity? activity = Source.StartActivity("quorum " + operation, ActivityKind.Client);
            activity?.SetTag(MonitorNameTag, monitor.Name);
            activity?.SetTag(MonitorInstanceTag, monitor.Instance);
            return activity;
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static string ErrorType(Exception error) =>
        error is QuorumException quorum ? quorum.Error.ToString() : error.GetType().Name;

    private static TagList TagsOf(MonitorIdentity monitor) =>
        new() { { MonitorNameTag, monitor.Name }, { MonitorInstanceTag, monitor.Instance } };

    private static Measurement<T> Measure<T>(
        QuorumMonitor monitor, T value, params ReadOnlySpan<KeyValuePair<string, object?>> others)
        where T : struct
    {
        TagList tags = TagsOf(monitor.Identity);
        foreach (KeyValuePair<string, object?> other in others)
        {
            tags.Add(other);
        }

        return new Measurement<T>(value, tags);
    }

    private static IEnumerable<Measurement<long>> ObserveStates() =>
        from monitor in Monitors.Keys
        let current = monitor.Current.State
        from state in States
        let tag = new KeyValuePair<string, object?>(StateTag, QuorumStateNames.NameOf(state))
        select Measure<long>(monitor, state == current ? 1 : 0, tag);

    private static IEnumerable<Measurement<long>> ObserveMembers() =>
        Monitors.Keys.Select(monitor => Measure<long>(monitor, monitor.Current.Members.Count));

    private static IEnumerable<Measurement<long>> ObserveRings() =>
        from monitor in Monitors.Keys
        let ring = monitor.Current.RingSequence
        where ring is not null
        select Measure(monitor, (long)ring.Value);

    private static IEnumerable<Measurement<double>> ObserveStaleness() =>
        from monitor in Monitors.Keys
        let age = monitor.ConfirmationAge
        where age is not null
        select Measure(monitor, age.Value.TotalSeconds);

    // An ended lease has nothing left, so that an alert on small values fires then too.
    private static IEnumerable<Measurement<double>> ObserveLeases() =>
        from monitor in Monitors.Keys
        where monitor.IsLeased
        select Measure(monitor, (monitor.LeaseRemaining ?? TimeSpan.Zero).TotalSeconds);

    private static IEnumerable<Measurement<long>> ObserveBases() =>
        from monitor in Monitors.Keys
        let current = monitor.Current
        from basis in Bases
        let tag = new KeyValuePair<string, object?>("quorum.basis", QuorumStateNames.NameOf(basis))
        select Measure<long>(monitor, current.IsQuorate && basis == current.Basis ? 1 : 0, tag);
}
