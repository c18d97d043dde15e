using System.Globalization;
using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Interop.Tests;

/// <summary>
/// Base of the tests that bring about the failures of protocol-docs/errors.md. A real corosync makes the failure where
/// a test can bring it to that; otherwise a <see cref="RawDaemon"/> does. A test has the name of its row.
/// </summary>
[NonParallelizable]
public abstract class ErrorTableFixture : CorosyncFixture
{
    private protected const uint Nobody = PlantedSocket.Owner;

    /// <summary>The lines of the document.</summary>
    internal static IReadOnlyList<string> Table { get; } =
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "errors.md"));

    private protected static QuorumConnectionOptions Quick { get; } = new()
    {
        ConnectTimeout = TimeSpan.FromSeconds(5),
        Endpoint = QuorumEndpoint.Abstract("quorum"),
    };

    private protected static QuorumConnection ConnectTo(CorosyncNode node, QuorumConnectionOptions? options = null) =>
        node.Network.Run(() => QuorumConnection.Connect(options ?? Quick));

    private protected static QuorumConnection ConnectTo(string path) =>
        QuorumConnection.Connect(Quick with { Endpoint = QuorumEndpoint.Path(path) });

    private protected static QuorumConnection ConnectTo(RawDaemon daemon) =>
        QuorumConnection.Connect(Quick with { Endpoint = QuorumEndpoint.Abstract(daemon.Name) });

    /// <summary>
    /// Asserts that the action fails with the stage, errno and cs_error_t of this test's row, and that the message
    /// contains the words.
    /// </summary>
    private protected static void Expect(Action action, params string[] words)
    {
        string row = TestContext.CurrentContext.Test.MethodName!;
        string line = Table.Single(line => line.EndsWith($"| {row} |", StringComparison.Ordinal));
        string[] cells = [.. line.Split('|').Select(cell => cell.Trim())];
        QuorumException e = (QuorumException)Assert.Throws(Is.InstanceOf<QuorumException>(), action)!;
        TestContext.Out.WriteLine($"{e.Stage}, errno {e.Errno}, {e.Error}: {e.Message}");
        Assert.Multiple(() =>
        {
            Assert.That(e.Stage.ToString(), Is.EqualTo(cells[2]), "stage");
            Assert.That(Text($"{ErrnoName(e.Errno)} {e.Errno}"), Is.EqualTo(cells[3]), "errno");
            Assert.That(Text($"{e.Error} {(int)e.Error}"), Is.EqualTo(cells[4]), "cs_error_t");
            foreach (string word in words)
            {
                Assert.That(e.Message, Does.Contain(word));
            }
        });
    }

    /// <summary>As <see cref="Expect"/>, for a connect to a daemon that answers each handshake the same way.</summary>
    private protected static void ExpectRaw(Action<RawPeer> answer, params string[] words)
    {
        using RawDaemon daemon = new();
        using CancellationTokenSource stop = new();
        Task serving = Task.Run(() =>
        {
            // The client may try several times.
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using RawPeer peer = daemon.Accept();
                    answer(peer);
                    peer.WaitClosed();
                }
                catch (Exception e) when (
                    e is TimeoutException or EndOfStreamException or SocketException or ObjectDisposedException)
                {
                    return;
                }
            }
        });
        QuorumConnectionOptions options = Quick with
        {
            Endpoint = QuorumEndpoint.Abstract(daemon.Name),
            ConnectTimeout = TimeSpan.FromMilliseconds(500),
        };
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

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string ErrnoName(int errno) => typeof(Errno).GetFields()
        .Single(field => field.IsLiteral && (int)field.GetRawConstantValue()! == errno).Name;
}
