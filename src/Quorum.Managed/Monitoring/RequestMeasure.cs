using System.Diagnostics;

namespace Quorum.Managed;

// The span and the measurement of one request. Each is made only if a listener wants it.
internal sealed class RequestMeasure : IDisposable
{
    private readonly MonitorIdentity _monitor;
    private readonly string _operation;
    private readonly Activity? _activity;
    private readonly long _start = Stopwatch.GetTimestamp();
    private Exception? _error;

    public RequestMeasure(MonitorIdentity monitor, string operation)
    {
        _monitor = monitor;
        _operation = operation;
        _activity = QuorumTelemetry.StartRequest(monitor, operation);
    }

    public void Fail(Exception error)
    {
        _error = error;
        QuorumTelemetry.Fail(_activity, error);
    }

    public void Dispose()
    {
        QuorumTelemetry.RecordRequest(_monitor, _operation, Stopwatch.GetElapsedTime(_start), _error);
        QuorumTelemetry.Stop(_activity);
    }
}
