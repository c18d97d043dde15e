using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>A managed connection that tracks, and a task that reads and keeps its notifications.</summary>
internal sealed class ManagedWatcher : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<QuorumNotification> _seen = [];
    private readonly Task _reading;

    private ManagedWatcher(QuorumConnection connection)
    {
        Connection = connection;
        _reading = Task.Run(ReadAsync);
    }

    public QuorumConnection Connection { get; }

    /// <summary>Why the reading ended; completes when it does.</summary>
    public Task<Exception> End => _reading.ContinueWith(task => task.Exception!.InnerException!, TaskScheduler.Default);

    public IReadOnlyList<QuorumNotification> Seen
    {
        get
        {
            lock (_gate)
            {
                return [.. _seen];
            }
        }
    }

    public static ManagedWatcher ConnectTo(CorosyncNode node, QuorumConnectionOptions? options = null)
    {
        QuorumConnection connection = node.Network.Run(() => QuorumConnection.Connect(options));
        connection.TrackStart(TrackFlags.Current | TrackFlags.Changes);
        return new ManagedWatcher(connection);
    }

    /// <summary>As <see cref="NativeEvent.Story"/> has it.</summary>
    public static string Story(QuorumNotification notification) => notification switch
    {
        NodeListChanged list => $"NL {list.Members} j={list.Joined} l={list.Left}",
        QuorumChanged quorum => $"Q {(quorum.Quorate ? 1 : 0)} {quorum.Members}",
        _ => notification.ToString(),
    };

    /// <summary>As <see cref="NativeEvent.ToString"/> has it.</summary>
    public static string StoryWithRing(QuorumNotification notification) => notification switch
    {
        NodeListChanged list => $"{Story(list)} {list.RingId}",
        QuorumChanged quorum => $"{Story(quorum)} {quorum.RingId}",
        _ => notification.ToString(),
    };

    /// <summary>Waits until so many notifications have come altogether.</summary>
    public void WaitForCount(int count, TimeSpan timeout) => WaitUntil(seen => seen.Count >= count, $"{count} notifications", timeout);

    /// <summary>Waits for a notification from an index on, and returns the index after it.</summary>
    public int WaitFor(string story, int from, TimeSpan timeout)
    {
        int index = -1;
        WaitUntil(seen => (index = seen.FindIndex(from, one => string.Equals(Story(one), story, StringComparison.Ordinal))) >= 0, story, timeout);
        return index + 1;
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await End.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private void WaitUntil(Func<List<QuorumNotification>, bool> condition, string what, TimeSpan timeout)
    {
        bool Holds()
        {
            lock (_gate)
            {
                return condition(_seen);
            }
        }

        if (!SpinWait.SpinUntil(() => Holds() || _reading.IsCompleted, timeout) || !Holds())
        {
            throw new TimeoutException(
                $"{what} did not come within {timeout}; so far: {string.Join("; ", Seen.Select(StoryWithRing))}; {_reading.Exception?.InnerException?.Message}");
        }
    }

    private async Task ReadAsync()
    {
        await foreach (QuorumNotification notification in Connection.ReadNotificationsAsync())
        {
            lock (_gate)
            {
                _seen.Add(notification);
            }
        }
    }
}
