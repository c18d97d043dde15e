using Quorum.Managed.Ipc;

namespace Quorum.Managed.Cli;

// Votes and names beside the notifications of quorum: read over connections of their own, so that a votequorum or a
// cmap that is silent holds up no notification. Only what is new is told. tell runs on the thread pool.
internal sealed class WatchParts(QuorumConnectionOptions options, TimeProvider time, Action<PartReading> tell)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // Ends when it is cancelled, or with what tell threw.
    public Task RunAsync(CancellationToken stop)
    {
        IPartFollower[] parts =
        [
            new VotesFollower(options, Pauses(), time, OnlyNew()),
            new NamesFollower(options, Pauses(), time, OnlyNew()),
        ];
        return MonitorParts.RunAsync(parts, stop);
    }

    private static Backoff Pauses() => new(FirstPause, LongestPause);

    private Action<PartReading> OnlyNew()
    {
        PartReading? last = null;
        return reading =>
        {
            if (!reading.Repeats(last))
            {
                last = reading;
                tell(reading);
            }
        };
    }
}
