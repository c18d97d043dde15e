using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.ServiceConnections;

/// <summary>A service that the test plays, byte by byte, and clients of it.</summary>
public abstract class ServiceFixture(string service)
{
    private readonly string _name = $"quorum-test-{Guid.NewGuid():N}";

    private protected RawDaemon Daemon { get; private set; } = null!;

    // At this place votequorum is NAME-votequorum.
    private protected QuorumEndpoint Endpoint => QuorumEndpoint.Abstract(_name);

    [SetUp]
    public void Listen() => Daemon = new RawDaemon($"{_name}-{service}");

    [TearDown]
    public void Close() => Daemon.Dispose();

    // Completes when a request that is not answered has come.
    private protected TaskCompletionSource Unanswered { get; private set; } = null!;

    // Each step answers one request with messages: events, and last the answer. Without a message the request is not
    // answered. Returns the requests.
    private protected async Task<List<byte[]>> WithAnswersAsync<T>(
        Func<ValueTask<T>> connect, byte[][][] steps, Func<T, Task> use)
        where T : IDisposable
    {
        List<byte[]> requests = [];
        Unanswered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<RawPeer> served = Daemon.ServeAsync(peer =>
        {
            peer.AcceptSharedMemory();
            foreach (byte[][] step in steps)
            {
                requests.Add(peer.ReadRequest());
                if (step.Length == 0)
                {
                    Unanswered.SetResult();
                    continue;
                }

                foreach (byte[] message in step[..^1])
                {
                    Assert.That(peer.SendEvent(message));
                }

                peer.Respond(step[^1]);
            }

            peer.WaitClosed();
        });
        using (T connection = await connect())
        {
            await use(connection);
        }

        RawPeer peer = await served;
        Assert.That(peer.HasRequest, Is.False, "a request more than expected");
        return requests;
    }

    private protected T WithLimits<T>(T options)
        where T : CorosyncConnectionOptions =>
        options with { Endpoint = Endpoint, ConnectTimeout = Wait.Bound, RequestTimeout = Wait.Bound };

    private protected static byte[] Status(int id, int error = 1) => RawPeer.Response(id, 24, error);
}
