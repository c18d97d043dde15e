using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// Bytes on the setup socket of the socket transport, where they mean nothing.
[TestFixture(WaitStrategy.Blocking)]
[TestFixture(WaitStrategy.Polling)]
public class SetupNoiseTests(WaitStrategy strategy) : RequestFixture(IpcConnectionType.Socket, strategy)
{
    [Test]
    public async Task A_request_sleeps_in_spite_of_noise()
    {
        Peer.Send(new byte[200]);
        Task<int> asking = StartUntilItWaits(async: false, Long, out _);
        _ = Peer.ReadRequest();
        Peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await Wait.ForAsync(asking), Is.EqualTo(32));
    }

    [Test]
    public async Task A_request_takes_the_noise_off_the_socket()
    {
        // More than the socket's buffer holds. Sending it ends only when the client reads.
        Task<int> asking = Start(async: false, Long, out _);
        _ = Peer.ReadRequest();
        await Wait.ForAsync(OwnThread.Run(() => Peer.Send(new byte[1 << 20])));
        Peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await Wait.ForAsync(asking), Is.EqualTo(32));
    }
}
