using Quorum.Managed.Ipc;

namespace Quorum.Managed.Testing;

// Sends queued events again and again until none is left. A client that reads an event makes room without telling the
// server, so the server has to try. The pauses grow while no client makes room.
internal sealed class EventPump(Lock mutex, Func<FlushResult> flush)
{
    private readonly Backoff _pauses = new(first: TimeSpan.FromMilliseconds(1), longest: TimeSpan.FromMilliseconds(20));
    private bool _isRunning;

    public Task Completion { get; private set; } = Task.CompletedTask;

    // The caller holds the mutex.
    public void Start()
    {
        if (!_isRunning)
        {
            _isRunning = true;
            Completion = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        _pauses.Reset();
        while (true)
        {
            await Task.Delay(_pauses.Next(), CancellationToken.None).ConfigureAwait(false);
            lock (mutex)
            {
                FlushResult result = flush();
                if (!result.Remains)
                {
                    _isRunning = false;
                    return;
                }

                if (result.Sent)
                {
                    _pauses.Reset();
                }
            }
        }
    }
}
