using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

/// <summary>Connecting to a played daemon.</summary>
public class QuorumConnectionConnectTests : QuorumConnectionFixture
{
    [TestCase(QuorumModel.V1, "04000000 00000000 18000000 00000000 01000000 00000000")]
    [TestCase(QuorumModel.V0, "03000000 00000000 10000000 00000000")]
    public async Task Connect_asks_for_the_type_as_its_model_does(QuorumModel model, string expected)
    {
        foreach (bool async in (bool[])[true, false])
        {
            byte[] request = [];
            (QuorumConnection connection, RawPeer peer) = await ConnectAsync(
                Options with { Model = model },
                accepted =>
                {
                    request = accepted.AcceptSharedMemory().ReadRequest();
                    accepted.Respond(RawPeer.TypeResponse(model == QuorumModel.V0 ? 4 : 5));
                },
                async);
            using (connection)
            using (peer)
            {
                Assert.Multiple(() =>
                {
                    Assert.That(request, Is.EqualTo(Hex.Bytes(expected)));
                    Assert.That(connection.Model, Is.EqualTo(model));
                    Assert.That(connection.QuorumType, Is.EqualTo(QuorumType.Set));
                    Assert.That(connection.Address, Is.EqualTo(IpcAddress.Abstract(Daemon.Name)));
                    Assert.That(connection.ConnectionType, Is.EqualTo(IpcConnectionType.SharedMemory));
                    Assert.That(connection.Daemon.ProcessId, Is.EqualTo(Environment.ProcessId));
                });
            }
        }
    }

    [Test]
    public async Task Connect_to_a_daemon_without_algorithm_has_the_type_free([Values] bool async)
    {
        (QuorumConnection connection, RawPeer _) = await ConnectAsync(
            answer: Answering(RawPeer.TypeResponse(5, type: 0)), async: async);
        using (connection)
        {
            Assert.That(connection.QuorumType, Is.EqualTo(QuorumType.Free));
            Assert.That(connection.Context, Is.Null);
        }
    }

    [Test]
    public void Connect_with_a_model_the_daemon_does_not_know_names_the_one_it_does(
        [Values] bool async, [Values(0, 5)] int id)
    {
        byte[] response = RawPeer.Response(id, id == 0 ? 24 : 32, (int)CorosyncError.InvalidParam);
        QuorumConnectException e = Assert.ThrowsAsync<QuorumConnectException>(
            () => ConnectAsync(answer: Answering(response), async: async))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Error, Is.EqualTo(CorosyncError.NotSupported));
            Assert.That(e.Stage, Is.EqualTo(IpcStage.Request));
            Assert.That(e.Message, Does.Contain("V0"));
            Assert.That(e.IsTransient, Is.False);
        });
    }

    [TestCase("01000000 00000000 20000000 00000000 01000000 00000000 01000000 00000000", Description = "another id")]
    [TestCase("05000000 00000000 20000000 00000000 01000000 00000000", Description = "short")]
    [TestCase("05000000 00000000 21000000 00000000 01000000 00000000 01000000 00000000", Description = "a wrong size")]
    [TestCase("00000000 00000000 18000000 00000000 01000000 00000000", Description = "a refusal that says success")]
    public void Connect_with_a_malformed_type_response_fails(string response)
    {
        foreach (bool async in (bool[])[true, false])
        {
            QuorumConnectException e = Assert.ThrowsAsync<QuorumConnectException>(
                () => ConnectAsync(answer: Answering(Hex.Bytes(response)), async: async))!;
            Assert.That(e.Errno, Is.EqualTo(Errno.EBADMSG));
            Assert.That(e.IsTransient, Is.False);
        }
    }

    [Test]
    public void Connect_without_an_answer_times_out([Values] bool async, [Values] bool afterHandshake)
    {
        QuorumConnectException e = Assert.ThrowsAsync<QuorumConnectException>(
            () => ConnectAsync(
                Options with { ConnectTimeout = TimeSpan.FromMilliseconds(200) },
                peer =>
                {
                    if (afterHandshake)
                    {
                        peer.AcceptSharedMemory();
                    }
                },
                async))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Error, Is.EqualTo(CorosyncError.TryAgain));
            Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
            Assert.That(e.IsTransient);
        });
    }

    [Test]
    public void Connect_that_is_refused_for_its_uid_says_how_to_allow_it([Values] bool async)
    {
        QuorumConnectException e = Assert.ThrowsAsync<QuorumConnectException>(
            () => ConnectAsync(answer: peer => peer.Send(RawPeer.Refusal(-Errno.EACCES)), async: async))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Error, Is.EqualTo(CorosyncError.Access));
            Assert.That(e.Errno, Is.EqualTo(Errno.EACCES));
            Assert.That(e.Stage, Is.EqualTo(IpcStage.Authenticate));
            Assert.That(e.Message, Does.Contain("uidgid"));
            Assert.That(e.IsTransient, Is.False);
        });
    }

    [Test]
    public void Connect_without_a_listener_is_transient_and_says_what_to_check([Values] bool async)
    {
        QuorumConnectionOptions options = Options with
        {
            Endpoint = QuorumEndpoint.Abstract("quorum-test-without-listener"),
        };
        QuorumConnectException e = async
            ? Assert.ThrowsAsync<QuorumConnectException>(async () => await QuorumConnection.ConnectAsync(options))!
            : Assert.Throws<QuorumConnectException>(() => QuorumConnection.Connect(options))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Error, Is.EqualTo(CorosyncError.Library));
            Assert.That(e.Errno, Is.EqualTo(Errno.ECONNREFUSED));
            Assert.That(e.Stage, Is.EqualTo(IpcStage.Connect));
            Assert.That(e.Message, Does.Contain("quorum-test-without-listener"));
            Assert.That(e.Message, Does.Contain("Is corosync running"));
            Assert.That(e.IsTransient);
        });
    }

    [Test]
    public void Connect_to_a_daemon_that_dies_is_transient([Values] bool async, [Values] bool afterHandshake)
    {
        QuorumConnectException e = Assert.ThrowsAsync<QuorumConnectException>(
            () => ConnectAsync(
                answer: peer =>
                {
                    if (afterHandshake)
                    {
                        _ = peer.AcceptSharedMemory().ReadRequest();
                    }

                    peer.Die();
                },
                async: async))!;
        Assert.That(e.IsTransient, e.ToString());
    }

    [Test]
    public void Connect_that_is_cancelled_throws_and_closes()
    {
        using CancellationTokenSource cancel = new();
        Task<QuorumConnection> connecting = QuorumConnection.ConnectAsync(Options, cancel.Token).AsTask();
        using RawPeer peer = Daemon.Accept().AcceptSharedMemory();
        _ = peer.ReadRequest();
        cancel.Cancel();
        Assert.That(() => Wait.ForAsync(connecting), Throws.InstanceOf<OperationCanceledException>());
        peer.WaitClosed();
    }

    private static Action<RawPeer> Answering(byte[] response) => peer =>
    {
        _ = peer.AcceptSharedMemory().ReadRequest();
        peer.Respond(response);
    };
}
