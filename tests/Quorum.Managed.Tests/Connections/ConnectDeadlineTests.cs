using System.Diagnostics;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Connections;

public class ConnectDeadlineTests
{
    // Each step is answered within the limit, and all of them together are not.
    [Test]
    public void One_limit_covers_the_handshake_and_the_first_exchange([Values] bool async)
    {
        TimeSpan limit = TimeSpan.FromSeconds(1);
        using RawDaemon daemon = new();
        QuorumConnectionOptions options =
            new() { Endpoint = QuorumEndpoint.Abstract(daemon.Name), ConnectTimeout = limit };
        long start = Stopwatch.GetTimestamp();
        void Answer(RawPeer peer)
        {
            WaitUntil(start, limit * 0.6);
            peer.AcceptSharedMemory();
            WaitUntil(start, limit * 1.2);
            try
            {
                peer.AnswerType();
            }
            catch (EndOfStreamException)
            {
                // The client has given up, as it should.
            }
        }

        QuorumConnectException e = Assert.ThrowsAsync<QuorumConnectException>(async () =>
        {
            (QuorumConnection connection, RawPeer _) = async
                ? await daemon.ConnectAsync(() => QuorumConnection.ConnectAsync(options), Answer)
                : daemon.Connect(() => QuorumConnection.Connect(options), Answer);
            await connection.DisposeAsync();
        })!;
        Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
        Assert.That(e.Message, Does.Contain("within 1 s"));
    }

    private static void WaitUntil(long start, TimeSpan time) =>
        Wait.Until(() => Stopwatch.GetElapsedTime(start) > time, "the daemon's late answer");
}
