using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests.Cmap;

/// <summary>A cmap service that the test plays, byte by byte, and clients of it.</summary>
public abstract class CmapFixture
{
    private protected const int Get = 2;
    private protected const int SetMap = 9;
    private protected const int SetMapAnswer = 10;
    private protected const int Exists = 1;
    private protected const int NotExist = 12;
    private protected const byte U64 = 8;
    private protected const string Counter = "stats.srp.orf_token_rx";

    private string _directory = "";
    private protected RawDaemon Daemon { get; private set; } = null!;

    [SetUp]
    public void Listen()
    {
        _directory = Directory.CreateTempSubdirectory("quorum-test-").FullName;
        Daemon = new RawDaemon(_directory + "/cmap");
    }

    [TearDown]
    public void Close()
    {
        Daemon.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    // The answer to a request with room 64.
    private protected static byte[] Number(byte type, long length, ulong value)
    {
        byte[] answer = RawPeer.Response(Get, 104, Exists).Put(24, length).Put(40, value);
        answer[32] = type;
        return answer;
    }

    private protected async Task WithAnswersAsync(byte[][] answers, Func<CmapConnection, Task> use)
    {
        Task<RawPeer> served = Daemon.ServeAsync(peer =>
        {
            peer.AcceptSharedMemory();
            foreach (byte[] answer in answers)
            {
                peer.ReadRequest();
                peer.Respond(answer);
            }

            peer.WaitClosed();
        });
        using (CmapConnection connection = CmapConnection.Connect(Options()))
        {
            await use(connection);
        }

        RawPeer peer = await served;
        Assert.That(peer.HasRequest, Is.False, "a request more than expected");
    }

    private protected async Task<(CmapConnection Client, RawPeer Peer)> ConnectAsync(
        CmapMap map, bool async, Action<RawPeer> answer, int maxMessageSize = 65536)
    {
        CorosyncConnectionOptions options = Options() with { MaxMessageSize = maxMessageSize };
        return async
            ? await Daemon.ConnectAsync(() => CmapConnection.ConnectAsync(options, map), answer)
            : Daemon.Connect(() => CmapConnection.Connect(options, map), answer);
    }

    private protected CorosyncConnectionOptions Options() => new()
    {
        Endpoint = QuorumEndpoint.Path(_directory + "/quorum"),
        ConnectTimeout = Wait.Bound,
        RequestTimeout = Wait.Bound,
    };
}
