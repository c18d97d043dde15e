using System.Diagnostics;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>A managed connection that tracks, and a task that reads its notifications and keeps them.</summary>
internal sealed class ManagedWatcher : IAsyncDisposable
{
    // A monitor: waiters sleep on it until the next notification, or the end, is announced.
    private readonly object _gate = new();
    private readonly List<QuorumNotification> _seen = [];
    private Exception? _end;

    private ManagedWatcher(QuorumConnection connection)
    {
        Connection = connection;
        End = Task.Run(ReadAsync);
    }

    public QuorumConnection Connection { get; }

    /// <summary>Completes when the notifications end, with the reason.</summary>
    public Task<Exception> End { get; }

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

    /// <summary>The notification in the form of <see cref="NativeEvent.Story"/>.</summary>
    public static string Story(QuorumNotification notification) => notification switch
    {
        NodeListChanged list => $"NL {list.Members} j={list.Joined} l={list.Left}",
        QuorumChanged quorum => $"Q {(quorum.Quorate ? 1 : 0)} {quorum.Members}",
        _ => notification.ToString(),
    };

    /// <summary>The notification in the form of <see cref="NativeEvent.ToString"/>.</summary>
    public static string StoryWithRing(QuorumNotification notification) => notification switch
    {
        NodeListChanged list => $"{Story(list)} {list.RingId}",
        QuorumChanged quorum => $"{Story(quorum)} {quorum.RingId}",
        _ => notification.ToString(),
    };

    /// <summary>Waits until the watcher has seen a number of notifications altogether.</summary>
    /// <exception cref="TimeoutException">Fewer came in time.</exception>
    /// <exception cref="EndOfStreamException">The notifications ended first.</exception>
    public void WaitForCount(int count, TimeSpan timeout) =>
        WaitUntil(() => _seen.Count >= count, $"{count} notifications", timeout);

    /// <summary>Waits for a notification at or after an index, and returns the index after it.</summary>
    /// <exception cref="TimeoutException">It did not come in time.</exception>
    /// <exception cref="EndOfStreamException">The notifications ended first.</exception>
    public int WaitFor(string story, int from, TimeSpan timeout)
    {
        int index = -1;
        WaitUntil(() => (index = _seen.FindIndex(from, one => Story(one) == story)) >= 0, story, timeout);
        return index + 1;
    }

    public async ValueTask DisposeAsync()
    {
        Connection.Dispose();
        await End.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private void WaitUntil(Func<bool> condition, string what, TimeSpan timeout)
    {
        long start = Stopwatch.GetTimestamp();
        lock (_gate)
        {
            while (!condition())
            {
                string seen = string.Join("; ", _seen.Select(StoryWithRing));
                if (_end is not null)
                {
                    throw new EndOfStreamException($"The notifications ended without {what}; seen: {seen}", _end);
                }

                TimeSpan left = timeout - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                {
                    throw new TimeoutException($"{what} did not come within {timeout}; seen: {seen}");
                }

                Monitor.Wait(_gate, left);
            }
        }
    }

    private async Task<Exception> ReadAsync()
    {
        Exception end = new EndOfStreamException("The notifications ended without an exception.");
        try
        {
            await foreach (QuorumNotification notification in Connection.ReadNotificationsAsync())
            {
                lock (_gate)
                {
                    _seen.Add(notification);
                    Monitor.PulseAll(_gate);
                }
            }
        }
        catch (Exception e)
        {
            // Whatever it is: the test that waits sees it.
            end = e;
        }

        lock (_gate)
        {
            _end = end;
            Monitor.PulseAll(_gate);
        }

        return end;
    }
}
