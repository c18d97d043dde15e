using System.Threading.Channels;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Testing.Tests;

// A whole test as a user would write it. The README shows the body of the test method, and SnippetTests compares the
// two.
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
        private readonly Channel<bool> _states = Channel.CreateUnbounded<bool>();

        public static async Task<MyService> StartAsync(string endpoint)
        {
            QuorumConnectionOptions options = new() { Endpoint = QuorumEndpoint.Parse(endpoint) };
            QuorumConnection connection = await QuorumConnection.ConnectAsync(options);
            await connection.TrackStartAsync(TrackFlags.Changes);
            MyService service = new(connection);
            _ = service.RunAsync();
            return service;
        }

        public Task<bool> Until(bool writing) =>
            Wait.ForAsync(_states.Reader.ReadAllAsync(), state => state == writing, $"the state writing = {writing}");

        public ValueTask DisposeAsync() => connection.DisposeAsync();

        private async Task RunAsync()
        {
            try
            {
                await foreach (QuorumNotification notification in connection.ReadNotificationsAsync())
                {
                    if (notification is QuorumChanged quorum)
                    {
                        _states.Writer.TryWrite(quorum.Quorate); // A real service would begin or stop to write here.
                    }
                }
            }
            finally
            {
                _states.Writer.Complete();
            }
        }
    }
}
