using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Quorum.Managed.Samples.Web;

// Writes the meter's values in Prometheus's text format, without a package. A histogram becomes its count and its sum.
internal sealed class PrometheusText : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, double> _values = new(StringComparer.Ordinal);

    public void Start()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (string.Equals(instrument.Meter.Name, QuorumTelemetry.MeterName, StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public string Write()
    {
        _listener.RecordObservableInstruments();
        StringBuilder text = new();
        foreach ((string name, double value) in _values.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(name).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        StringBuilder labels = new();
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            labels.Append(labels.Length > 0 ? "," : "").Append(tag.Key.Replace('.', '_'));
            labels.Append("=\"").Append(tag.Value).Append('"');
        }

        string name = instrument.Name.Replace('.', '_');
        switch (instrument)
        {
            case Histogram<double>:
                Add($"{name}_seconds_count{{{labels}}}", 1);
                Add($"{name}_seconds_sum{{{labels}}}", value);
                break;
            case Counter<long>:
                Add($"{name}_total{{{labels}}}", value);
                break;
            default:
                _values[$"{name}{{{labels}}}"] = value;
                break;
        }
    }

    private void Add(string key, double value) => _values.AddOrUpdate(key, value, (_, sum) => sum + value);
}
