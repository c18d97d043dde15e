using System.Globalization;
using System.Text.RegularExpressions;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Interop.Tests;

// The rows from the first answer on, and what all rows share.
public sealed partial class ErrorTableTests
{
    [Row]
    public void Type_posix_queues() => ExpectRaw(peer => peer.Send(RawPeer.Acceptance(2, 65536, "a", "b", "c")), "POSIX message queue", "qb_ipc_type");

    [Row]
    public void Type_sysv_queues() => ExpectRaw(peer => peer.Send(RawPeer.Acceptance(3, 65536, "a", "b", "c")), "System V message queue", "qb_ipc_type");

    [Row]
    public void Daemon_32_bit() => ExpectRaw(
        peer =>
        {
            byte[] answer = RawPeer.Refusal(0);
            BitConverter.TryWriteBytes(answer.AsSpan(24), 1);
            for (int i = 0; i < 3; i++)
            {
                System.Text.Encoding.ASCII.GetBytes("/dev/shm/qb-1-2-3-abcdef/qb-x-quorum", answer.AsSpan(36 + i * 4096));
            }

            peer.Send(answer);
        },
        "32-bit");

    [Row]
    public void Not_a_daemon() => ExpectRaw(
        peer =>
        {
            byte[] noise = new byte[RawPeer.AnswerBytes];
            Array.Fill(noise, (byte)'x');
            peer.Send(noise);
        },
        "handshake",
        "really listen there");

    [Row]
    public async Task Daemon_hung_connect()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        await cluster.PauseAsync(1);
        QuorumConnectionOptions options = Quick with { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
        Expect(() => cluster.Node(1).Network.Run(() => QuorumConnection.Connect(options)), "did not answer the handshake within 0.3 s");
    }

    [Row]
    public async Task Daemon_hung_request()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        QuorumConnectionOptions options = Quick with { RequestTimeout = TimeSpan.FromMilliseconds(300) };
        using QuorumConnection connection = cluster.Node(1).Network.Run(() => QuorumConnection.Connect(options));
        await cluster.PauseAsync(1);
        Expect(() => connection.GetQuorate(), "did not answer within 0.3 s", "stays usable");
        await cluster.ContinueAsync(1);
        Assert.That(() => connection.GetQuorate(), Throws.Nothing.After(5000, 100));
    }

    [Row]
    public async Task Daemon_died_request()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        using QuorumConnection connection = cluster.Node(1).Network.Run(() => QuorumConnection.Connect(Quick));
        await cluster.KillAsync(1);
        Expect(() => connection.GetQuorate(), "closed the connection, or died", "new connection");
    }

    [Row]
    public async Task Daemon_died_event()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync();
        using QuorumConnection connection = cluster.Node(1).Network.Run(() => QuorumConnection.Connect(Quick));
        await cluster.KillAsync(1);
        Expect(() => connection.Dispatch(DispatchFlags.All), "closed the connection, or died", "new connection");
    }

    [Row]
    public void Reply_too_large()
    {
        using RawDaemon daemon = new();
        Task<RawPeer> serving = Task.Run(() =>
        {
            RawPeer peer = daemon.Accept().AcceptSocket().AnswerType();
            _ = peer.ReadRequest();
            peer.Respond(new byte[4096]);
            return peer;
        });
        using QuorumConnection connection = QuorumConnection.Connect(Quick with { Endpoint = QuorumEndpoint.Abstract(daemon.Name) });
        Expect(() => connection.GetQuorate(), "4096 bytes", "new connection");
        serving.Result.Dispose();
    }

    private static void ExpectRaw(Action<RawPeer> answer, params string[] words)
    {
        using RawDaemon daemon = new();
        using CancellationTokenSource stop = new();
        Task serving = Task.Run(() =>
        {
            // As often as the client tries.
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using RawPeer peer = daemon.Accept();
                    answer(peer);
                    _ = peer.WaitClosed();
                }
                catch (Exception e) when (e is TimeoutException or EndOfStreamException or System.Net.Sockets.SocketException or ObjectDisposedException)
                {
                    return;
                }
            }
        });
        QuorumConnectionOptions options = Quick with { Endpoint = QuorumEndpoint.Abstract(daemon.Name), ConnectTimeout = TimeSpan.FromMilliseconds(500) };
        try
        {
            Expect(() => QuorumConnection.Connect(options), words);
        }
        finally
        {
            stop.Cancel();
            daemon.Dispose();
            serving.Wait(Patience);
        }
    }

    private static QuorumConnection ConnectAs(CorosyncNode node, IReadOnlyList<uint> groups) =>
        node.Network.Run(() => OtherUser.Run(Nobody, Nobody, groups, () => QuorumConnection.Connect(Quick)));

    // Compares with the row: stage, errno and cs_error_t are what the table says, and the message has the words.
    private static void Expect(Action action, params string[] words)
    {
        string row = TestContext.CurrentContext.Test.MethodName!;
        string[] cells = [.. Columns.Single(line => line.EndsWith($"| {row} |", StringComparison.Ordinal)).Split('|').Select(cell => cell.Trim())];
        QuorumException e = (QuorumException)Assert.Throws(Is.InstanceOf<QuorumException>(), action)!;
        TestContext.Out.WriteLine($"{e.Stage}, errno {e.Errno}, {e.Error}: {e.Message}");
        Assert.Multiple(() =>
        {
            Assert.That(e.Stage.ToString(), Is.EqualTo(cells[2]), "stage");
            Assert.That(string.Create(CultureInfo.InvariantCulture, $"{ErrnoName(e.Errno)} {e.Errno}"), Is.EqualTo(cells[3]), "errno");
            Assert.That(string.Create(CultureInfo.InvariantCulture, $"{e.Error} {(int)e.Error}"), Is.EqualTo(cells[4]), "cs_error_t");
            foreach (string word in words)
            {
                Assert.That(e.Message, Does.Contain(word));
            }
        });
    }

    private static string ErrnoName(int errno) => typeof(Errno).GetFields().Single(field => field.IsLiteral && (int)field.GetRawConstantValue()! == errno).Name;

    [GeneratedRegex(@"\| (?<name>[A-Z][a-z]+_[A-Za-z0-9_]+|Starting) \|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RowName();

    /// <summary>A test that is a row of the table.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class RowAttribute : TestAttribute
    {
    }
}
