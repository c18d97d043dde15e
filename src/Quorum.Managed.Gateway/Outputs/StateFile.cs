using System.ComponentModel;

namespace Quorum.Managed.Gateway;

// Keeps the state in a file for programs that only read files. Another process writes it (see StateKeeper), so that the
// file says "not" in time whatever happens to this one. While the file says "quorate", its time of modification is the
// end of that. One thread of its own tells the keeper, so that a loss needs no thread pool.
internal sealed class StateFile(QuorumMonitor monitor, GatewayOptions options, ILogger<StateFile> logger)
    : IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(2);

    // What the keeper needs to write "not", with room for a busy machine.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RestartInterval = TimeSpan.FromSeconds(1);

    private readonly MonitorClock _clock = new(options.Connection.WaitStrategy);
    private readonly TimeSpan _staleness = new QuorumMonitorOptions().MaxStaleness;
    private readonly AutoResetEvent _wake = new(initialState: false);
    private Thread? _thread;
    private volatile bool _stopping;
    private volatile KeeperProcess? _keeper;
    private StateWord? _told;
    private long _startedAt;
    private long _toldAt;
    private bool _failed;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        StartKeeper();
        monitor.Changed += OnChanged;
        _thread = new Thread(Run) { IsBackground = true, Name = "state file" };
        _thread.Start();
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        monitor.Changed -= OnChanged;
        _stopping = true;
        _wake.Set();
        // A keeper that does not read could hold the thread.
        if (_thread?.Join(StopTime) == false)
        {
            _keeper?.Kill();
            _thread.Join();
        }

        if (_keeper is { } keeper)
        {
            await keeper.EndAsync(StopTime);
        }

        // A keeper that was killed, or hung, has not done so.
        WriteNot();
    }

    public void Dispose()
    {
        _wake.Dispose();
        _keeper?.Dispose();
    }

    private void OnChanged(object? sender, QuorumSnapshot snapshot) => _wake.Set();

    private void Run()
    {
        while (!_stopping)
        {
            if (_keeper?.HasExited != false && _clock.GetElapsedTime(_startedAt) >= RestartInterval)
            {
                logger.KeeperEnded();
                StartKeeper();
            }

            StateWord word = Word(monitor.Current);
            if (word != _told)
            {
                _told = _keeper?.TryTell(word) == true ? word : null;
                _toldAt = _clock.GetTimestamp();
            }
            else if (!word.HasEnd
                && _clock.GetElapsedTime(_toldAt) >= Patience
                && word.IsContradictedBy(options.StateFile!))
            {
                // Somebody has stopped the keeper. Its end is seen above, and the file is written there.
                logger.KeeperSilent();
                _keeper?.Kill();
            }

            _wake.WaitOne(Interval);
        }
    }

    private void StartKeeper()
    {
        _startedAt = _clock.GetTimestamp();
        _told = null;
        _keeper?.Dispose();
        _keeper = null;
        // What an earlier gateway or keeper left behind counts no more. Now nobody else writes.
        WriteNot();
        try
        {
            _keeper = KeeperProcess.Start(options.StateFile!, options.StateFormat);
            _failed = false;
        }
        catch (Win32Exception e)
        {
            if (!_failed)
            {
                _failed = true;
                logger.StateFileNotWritten(options.StateFile!, e.Message);
            }
        }
    }

    private void WriteNot()
    {
        try
        {
            StateWord.Not(options.StateFormat).WriteTo(options.StateFile!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The keeper says it.
        }
    }

    private StateWord Word(QuorumSnapshot snapshot)
    {
        string? ring = snapshot.RingId?.ToString();
        if (snapshot.State != QuorumState.Quorate)
        {
            return new StateWord(0, 0, StateContent.Of(options.StateFormat, snapshot.State, ringId: ring));
        }

        // Without a lease the word of corosync counts for as long as the monitor lets it count.
        TimeSpan left = _staleness - (monitor.ConfirmationAge ?? TimeSpan.Zero);
        long leaseEnd = snapshot.LeaseEnd ?? _clock.GetTimestamp() + (left.Ticks * TimeSpan.NanosecondsPerTick);
        DateTimeOffset end = snapshot.ValidUntil ?? TimeProvider.System.GetUtcNow() + left;
        return new StateWord(
            leaseEnd,
            end.UtcTicks,
            StateContent.Of(options.StateFormat, snapshot.State, end.ToUniversalTime(), leaseEnd, ring));
    }
}
