using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing.Tests;

// A user's test: the whole of it. The README shows the middle, and SnippetTests sees to it that it is this one.
public sealed class SampleTests
{
    [Test]
    public async Task My_service_stops_writing_when_quorum_is_lost()
    {
        await using SimulatorGroup nodes = SimulatorGroup.Start(3);
        await using MyService service = await MyService.StartAsync(nodes[1].Endpoint);
        await service.Until(writing: true);

        nodes.Cluster.Partition([1], [2, 3]);
        await service.Until(writing: false);

        nodes.Cluster.Heal();
        await service.Until(writing: true);
    }

    private sealed class MyService(QuorumConnection connection) : IAsyncDisposable
    {
        private readonly System.Threading.Channels.Channel<bool> _states = System.Threading.Channels.Channel.CreateUnbounded<bool>();

        public static async Task<MyService> StartAsync(string endpoint)
        {
            QuorumConnection connection = await QuorumConnection.ConnectAsync(new() { Endpoint = QuorumEndpoint.Parse(endpoint) });
            await connection.TrackStartAsync(TrackFlags.Changes);
            MyService service = new(connection);
            _ = service.RunAsync();
            return service;
        }

        public async Task Until(bool writing)
        {
            while (await _states.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)) != writing)
            {
                // An earlier state.
            }
        }

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private async Task RunAsync()
        {
            await foreach (QuorumNotification notification in connection.ReadNotificationsAsync())
            {
                if (notification is QuorumChanged quorum)
                {
                    _states.Writer.TryWrite(quorum.Quorate); // here it would begin or stop writing
                }
            }
        }
    }
}
