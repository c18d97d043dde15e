using System.Text;
using System.Text.Json;

namespace Quorum.Managed.Gateway;

// Keeps the state in a file for programs that only read files. The file is replaced as a whole, and its time of
// modification is its own end: a file older than now counts no more, for example because the gateway was killed.
// One thread of its own writes it, so that a loss needs no thread pool.
internal sealed class StateFile : IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private readonly QuorumMonitor _monitor;
    private readonly TimeProvider _time;
    private readonly ILogger<StateFile> _logger;
    private readonly string _path;
    private readonly StateFormat _format;
    private readonly TimeSpan _staleness = new QuorumMonitorOptions().MaxStaleness;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private Thread? _thread;
    private volatile bool _stopping;
    private (QuorumState State, DateTimeOffset End)? _written;
    private bool _failed;

    public StateFile(
        QuorumMonitor monitor, GatewayOptions options, TimeProvider time, ILogger<StateFile> logger)
    {
        _monitor = monitor;
        _time = time;
        _logger = logger;
        _path = options.StateFile!;
        _format = options.StateFormat;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // What an earlier gateway left behind counts no more.
        Write();
        _monitor.Changed += OnChanged;
        _thread = new Thread(Run) { IsBackground = true, Name = "state file" };
        _thread.Start();
        return Task.CompletedTask;
    }

    // The last words are "unknown".
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _monitor.Changed -= OnChanged;
        _stopping = true;
        _wake.Set();
        _thread?.Join();
        return Task.CompletedTask;
    }

    public void Dispose() => _wake.Dispose();

    private void OnChanged(object? sender, QuorumSnapshot snapshot) => _wake.Set();

    private void Run()
    {
        while (!_stopping)
        {
            Write();
            _wake.WaitOne(Interval);
        }

        Write();
    }

    private void Write()
    {
        QuorumSnapshot snapshot = _monitor.Current;
        QuorumState state = _stopping ? QuorumState.Unknown : snapshot.State;
        DateTimeOffset now = _time.GetUtcNow();
        // Without a lease the word of corosync counts for as long as the monitor lets it count.
        DateTimeOffset end = state != QuorumState.Quorate ? now : snapshot.ValidUntil ?? now + _staleness;
        bool isWritten = _written is var (lastState, lastEnd)
            && lastState == state
            && (state != QuorumState.Quorate || lastEnd == end);
        if (isWritten && !_failed)
        {
            return;
        }

        string temporary = _path + ".new";
        try
        {
            File.WriteAllText(temporary, Content(state, snapshot, end));
            File.SetLastWriteTimeUtc(temporary, end.UtcDateTime);
            File.Move(temporary, _path, overwrite: true);
            if (_failed)
            {
                _failed = false;
                _logger.StateFileWritten(_path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_failed)
            {
                _failed = true;
                _logger.StateFileNotWritten(_path, e.Message);
            }

            return;
        }

        _written = (state, end);
    }

    private string Content(QuorumState state, QuorumSnapshot snapshot, DateTimeOffset end)
    {
        if (_format == StateFormat.Keepalived)
        {
            return state == QuorumState.Quorate ? "0\n" : "1\n";
        }

        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes))
        {
            json.WriteStartObject();
            json.WriteString("state", Names.Of(state));
            json.WriteBoolean("quorate", state == QuorumState.Quorate);
            json.WriteString("validUntil", end);
            if (state == QuorumState.Quorate && snapshot.LeaseEnd is { } boot)
            {
                json.WriteNumber("leaseEndBoottimeNanoseconds", boot);
            }

            json.WriteString("ringId", snapshot.RingId?.ToString());
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }
}
