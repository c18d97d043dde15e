using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// An event in the ring whose doorbell the daemon did not live to send. Datagrams have no doorbells.
public class UnannouncedEventTests : RawDaemonFixture
{
    [Test]
    public void An_event_whose_doorbell_never_rang_is_read([Values] bool request)
    {
        (IpcConnection connection, RawPeer peer) = Connect();
        using (connection)
        using (peer)
        {
            peer.SendEvent(new byte[60]);
            peer.EventRing.Write(new byte[61]);
            peer.Die();
            if (request)
            {
                Assert.Throws<IpcClosedException>(() => connection.Request(RawPeer.Request(0), new byte[64], Long));
            }

            LastWordsTests.ExpectTwoAndTheEnd(connection);
        }
    }
}
