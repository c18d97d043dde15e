using System.Text.Json;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.TestPeer;

// Holds connections and does nothing else, so that this process's cost is the connections' own.
internal static class IdlePeer
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    // With the smallest rings, 500 connections fit into the /dev/shm of a container.
    private static readonly QuorumConnectionOptions Options = new() { MaxMessageSize = WireLimits.MinMaxMessageSize };

    public static async Task<int> RunAsync(int connections, bool waiting)
    {
        // The runtime starts threads at first need: for timers, for sockets and for the pool. They exist before the
        // count.
        using (PeriodicTimer timer = new(TimeSpan.FromMilliseconds(1)))
        {
            await timer.WaitForNextTickAsync();
        }

        await HoldAsync(connections, waiting, static () => { });
        Print(Measure());
        await HoldAsync(connections, waiting, static () => Print(Measure()));
        return 0;
    }

    private static async Task HoldAsync(int count, bool waiting, Action meanwhile)
    {
        QuorumConnection[] connections =
            [.. Enumerable.Range(0, count).Select(static _ => QuorumConnection.Connect(Options))];
        using CancellationTokenSource source = new();
        try
        {
            Task[] reading = waiting ? [.. connections.Select(connection => ReadAsync(connection, source.Token))] : [];
            meanwhile();
            if (Array.Exists(reading, static task => task.IsCompleted) || !connections[^1].GetQuorate())
            {
                throw new InvalidOperationException("A wait has ended, or the node is not quorate.");
            }

            await source.CancelAsync();
            await Task.WhenAll(reading);
        }
        finally
        {
            Array.ForEach(connections, static connection => connection.Dispose());
        }
    }

    private static async Task ReadAsync(QuorumConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (QuorumNotification notification in connection.ReadNotificationsAsync(cancellationToken))
            {
                throw new InvalidOperationException($"{notification} came, but no connection tracks.");
            }
        }
        catch (OperationCanceledException)
        {
            // The holder ends its reads this way.
        }
    }

    private static IdleCost Measure()
    {
        Quiet.For(Settling);
        IdleCost before = IdleCost.Now();
        Quiet.For(Window);
        return IdleCost.Now().Since(before);
    }

    private static void Print(IdleCost cost) => Console.WriteLine(JsonSerializer.Serialize(cost));
}
