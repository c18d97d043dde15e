using System.Text.Json;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.TestPeer;

// A process that does nothing but hold connections: what is counted is theirs, not a test runner's.
internal static class IdlePeer
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);
    // The smallest rings: 500 connections fit into the /dev/shm of a container.
    private static readonly QuorumConnectionOptions Options = new() { MaxMessageSize = WireLimits.MinMaxMessageSize };

    public static async Task<int> RunAsync(int connections, bool waiting)
    {
        // The threads that the runtime starts when they are first needed (sockets, timers, the pool's gate) are there before the count.
        await Task.Delay(Settling);
        await HoldAsync(connections, waiting, static () => { });
        Print(Measure());
        await HoldAsync(connections, waiting, static () => Print(Measure()));
        return 0;
    }

    private static async Task HoldAsync(int count, bool waiting, Action meanwhile)
    {
        QuorumConnection[] connections = [.. Enumerable.Range(0, count).Select(static _ => QuorumConnection.Connect(Options))];
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
                throw new InvalidOperationException($"Nobody tracks, and yet {notification} came.");
            }
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
    }

    private static IdleCost Measure()
    {
        Thread.Sleep(Settling);
        IdleCost before = IdleCost.Now();
        Thread.Sleep(Window);
        return IdleCost.Now().Since(before);
    }

    private static void Print(IdleCost cost) => Console.WriteLine(JsonSerializer.Serialize(cost));
}
