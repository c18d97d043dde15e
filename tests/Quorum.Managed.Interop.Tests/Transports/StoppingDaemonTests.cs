using System.Collections.Concurrent;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// A real daemon stops and starts while clients connect again and again. Whatever a client finds then, another attempt
/// is worth while, and no message blames the client's surroundings.
/// </summary>
public sealed class StoppingDaemonTests : CorosyncFixture
{
    private const int Rounds = 5;

    [Test]
    public async Task Connecting_meanwhile_fails_as_with_a_daemon_that_has_gone([Values] ClusterIpc ipc)
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Ipc = ipc });
        using CancellationTokenSource stop = new();
        ConcurrentQueue<QuorumException> unexpected = new();
        int connected = 0;
        Task[] clients = [.. Enumerable.Range(0, 2).Select(_ => cluster.Node(1).Network.RunAsync(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    QuorumConnectionOptions options = new() { Model = QuorumModel.V0 };
                    using QuorumConnection connection = QuorumConnection.Connect(options);
                    Interlocked.Increment(ref connected);
                }
                catch (QuorumException e) when (e.IsTransient && !e.Message.Contains("shm", StringComparison.Ordinal))
                {
                    // The daemon has gone, or is not there yet.
                }
                catch (QuorumException e)
                {
                    unexpected.Enqueue(e);
                }
            }

            return true;
        }))];
        try
        {
            for (int i = 0; i < Rounds; i++)
            {
                await cluster.StopAsync(1);
                await cluster.StartNodeAsync(1);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Wait.ForAsync(Task.WhenAll(clients));
        }

        TestContext.Out.WriteLine($"{connected} connections");
        Assert.That(unexpected, Is.Empty);
        Assert.That(connected, Is.Positive);
    }
}
