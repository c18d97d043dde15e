using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Tests;

/// <summary>Requests to a played daemon, and what it can answer.</summary>
[TestFixture(true)]
[TestFixture(false)]
public class QuorumConnectionTests(bool async) : QuorumConnectionFixture
{
    private QuorumConnection _connection = null!;
    private RawPeer _peer = null!;

    [SetUp]
    public async Task ConnectOne() =>
        (_connection, _peer) = await ConnectAsync(Options with { Context = "mine" });

    [TearDown]
    public void CloseConnection() => _connection.Dispose();

    [Test]
    public async Task GetQuorate_sends_its_header_and_returns_the_answer([Values] bool quorate)
    {
        Task<bool> asking = GetQuorateAsync(_connection, async);
        Assert.That(_peer.ReadRequest(), Is.EqualTo(Hex.Bytes("00000000 00000000 10000000 00000000")));
        _peer.Respond(RawPeer.QuorateResponse(quorate));
        Assert.That(await Wait.ForAsync(asking), Is.EqualTo(quorate));
    }

    [TestCase(TrackFlags.Current | TrackFlags.Changes, "03000000")]
    [TestCase(TrackFlags.ChangesOnly, "04000000")]
    [TestCase((TrackFlags)0xFFFFFFF0, "f0ffffff")]
    public async Task TrackStart_sends_its_flags_unchanged(TrackFlags flags, string bytes)
    {
        Task asking = TrackStart(flags);
        Assert.That(
            _peer.ReadRequest(),
            Is.EqualTo(Hex.Bytes("01000000 00000000 18000000 00000000", bytes, "00000000")));
        _peer.Respond(RawPeer.Response(1, 24, 1));
        await Wait.ForAsync(asking);
    }

    [Test]
    public async Task TrackStop_sends_its_header()
    {
        Task asking = TrackStop();
        Assert.That(_peer.ReadRequest(), Is.EqualTo(Hex.Bytes("02000000 00000000 10000000 00000000")));
        _peer.Respond(RawPeer.Response(2, 24, 1));
        await Wait.ForAsync(asking);
    }

    [Test]
    public async Task TrackStart_that_is_refused_as_existing_says_so_and_the_connection_stays()
    {
        Task asking = TrackStart(TrackFlags.Changes);
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.Response(1, 24, (int)CorosyncError.Exist));
        QuorumRefusedException e = Assert.ThrowsAsync<QuorumRefusedException>(() => Wait.ForAsync(asking))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Error, Is.EqualTo(CorosyncError.Exist));
            Assert.That(e.Errno, Is.Zero);
            Assert.That(e.Stage, Is.EqualTo(IpcStage.Request));
            Assert.That(e.Message, Does.Contain("CS_ERR_EXIST"));
        });
        await AssertUsable();
    }

    [Test]
    public async Task GetQuorate_that_is_refused_throws_the_daemons_error_and_the_connection_stays(
        [Values(24, 32)] int size)
    {
        Task<bool> asking = GetQuorateAsync(_connection, async);
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.Response(0, size, (int)CorosyncError.InvalidParam));
        QuorumRefusedException e = Assert.ThrowsAsync<QuorumRefusedException>(() => Wait.ForAsync(asking))!;
        Assert.That(e.Error, Is.EqualTo(CorosyncError.InvalidParam));
        await AssertUsable();
    }

    [TestCase("00000000 00000000 20000000 00000000 01000000 00000000 02000000 00000000", Description = "quorate is 2")]
    [TestCase("00000000 00000000 20000000 00000000 01000000 00000000 ffffffff 00000000", Description = "quorate is -1")]
    [TestCase("01000000 00000000 20000000 00000000 01000000 00000000 01000000 00000000", Description = "another id")]
    [TestCase("00000000 00000000 20000000 00000000 01000000 00000000", Description = "a body is missing")]
    [TestCase("00000000 00000000 18000000 00000000 01000000 00000000", Description = "success without a body")]
    [TestCase("00000000 00000000 ffffff7f 00000000 01000000 00000000 01000000 00000000", Description = "a wrong size")]
    [TestCase("00000000 00000000", Description = "half a header")]
    [TestCase("", Description = "nothing")]
    public void GetQuorate_with_a_malformed_response_closes_the_connection_for_good(string response)
    {
        Task<bool> asking = GetQuorateAsync(_connection, async);
        _ = _peer.ReadRequest();
        _peer.Respond(Hex.Bytes(response));
        AssertClosedForGood(asking);
    }

    [TestCase("02000000 00000000 18000000 00000000 01000000 00000000", Description = "the answer to trackstop")]
    [TestCase("00000000 00000000 18000000 00000000 01000000 00000000", Description = "a refusal that says success")]
    [TestCase("01000000 00000000 17000000 00000000 01000000 00000000", Description = "a wrong size")]
    [TestCase("01000000 00000000 18000000 00000000", Description = "short")]
    public void TrackStart_with_a_malformed_response_closes_the_connection_for_good(string response)
    {
        Task asking = TrackStart(TrackFlags.Changes);
        _ = _peer.ReadRequest();
        _peer.Respond(Hex.Bytes(response));
        AssertClosedForGood(asking);
    }

    [Test]
    public async Task GetQuorate_without_an_answer_times_out_and_the_late_answer_is_dropped()
    {
        CloseConnection();
        (_connection, _peer) = await ConnectAsync(Options with { RequestTimeout = Short });
        Task<bool> first = GetQuorateAsync(_connection, async);
        QuorumException e = Assert.ThrowsAsync<QuorumException>(() => Wait.ForAsync(first))!;
        Assert.Multiple(() =>
        {
            Assert.That(e.Error, Is.EqualTo(CorosyncError.TryAgain));
            Assert.That(e.Errno, Is.EqualTo(Errno.ETIMEDOUT));
            Assert.That(e.Stage, Is.EqualTo(IpcStage.Request));
            Assert.That(e.IsTransient);
            Assert.That(e.Message, Does.Contain("0.05 s"));
        });
        // The next call first has to take the late answer to the first one.
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.QuorateResponse(true));
        Task answering = OwnThread.Run(() =>
        {
            _ = _peer.ReadRequest();
            _peer.Respond(RawPeer.QuorateResponse(false));
        });
        bool? answer = null;
        for (int i = 0; answer is null && i < 100; i++)
        {
            try
            {
                answer = await Wait.ForAsync(GetQuorateAsync(_connection, async));
            }
            catch (QuorumException late) when (late.Errno == Errno.ETIMEDOUT)
            {
                // A busy machine may need more than the 50 ms.
            }
        }

        await Wait.ForAsync(answering);
        Assert.That(answer, Is.False, "the late answer to the first call was returned");
    }

    [Test]
    public void Call_in_progress_when_the_daemon_dies_throws_at_once_and_so_do_later_ones()
    {
        Task<bool> asking = GetQuorateAsync(_connection, async);
        _ = _peer.ReadRequest();
        _peer.Die();
        QuorumConnectionClosedException first =
            Assert.ThrowsAsync<QuorumConnectionClosedException>(() => Wait.ForAsync(asking))!;
        Assert.That(first.Error, Is.EqualTo(CorosyncError.Library));
        Assert.That(first.Errno, Is.EqualTo(Errno.ENOTCONN));
        QuorumConnectionClosedException later =
            Assert.ThrowsAsync<QuorumConnectionClosedException>(() => Wait.ForAsync(TrackStop()))!;
        Assert.That(later.InnerException!.InnerException, Is.SameAs(first.InnerException), "the first reason is kept");
    }

    [Test]
    public void Use_after_Dispose_throws_ObjectDisposedException()
    {
        _connection.Dispose();
        _connection.Dispose();
        Assert.Multiple(() =>
        {
            Assert.ThrowsAsync<ObjectDisposedException>(() => GetQuorateAsync(_connection, async));
            Assert.ThrowsAsync<ObjectDisposedException>(() => TrackStart(TrackFlags.Current));
            Assert.ThrowsAsync<ObjectDisposedException>(TrackStop);
            Assert.ThrowsAsync<ObjectDisposedException>(
                async () => await _connection.ReadNotificationsAsync().GetAsyncEnumerator().MoveNextAsync());
        });
        _peer.WaitClosed();
    }

    [Test]
    public void DisposeAsync_ends_a_call_in_progress()
    {
        Task<bool> asking = GetQuorateAsync(_connection, async);
        _ = _peer.ReadRequest();
        Assert.That(_connection.DisposeAsync().AsTask().IsCompletedSuccessfully);
        Assert.ThrowsAsync<ObjectDisposedException>(() => Wait.ForAsync(asking));
    }

    [Test]
    public void Context_is_what_was_given_until_it_is_set()
    {
        Assert.That(_connection.Context, Is.EqualTo("mine"));
        _connection.Context = this;
        Assert.That(_connection.Context, Is.SameAs(this));
        _connection.Context = null;
        Assert.That(_connection.Context, Is.Null);
    }

    [Test]
    public async Task Cancelled_call_leaves_the_connection_usable()
    {
        using CancellationTokenSource cancel = new();
        Task<bool> asking = _connection.GetQuorateAsync(cancel.Token).AsTask();
        _ = _peer.ReadRequest();
        await cancel.CancelAsync();
        Assert.That(() => Wait.ForAsync(asking), Throws.InstanceOf<OperationCanceledException>());
        _peer.Respond(RawPeer.QuorateResponse(false));
        await AssertUsable();
    }

    private async Task AssertUsable()
    {
        Task<bool> asking = GetQuorateAsync(_connection, async);
        _ = _peer.ReadRequest();
        _peer.Respond(RawPeer.QuorateResponse(true));
        Assert.That(await Wait.ForAsync(asking));
    }

    private void AssertClosedForGood(Task asking)
    {
        QuorumConnectionClosedException first =
            Assert.ThrowsAsync<QuorumConnectionClosedException>(() => Wait.ForAsync(asking))!;
        Assert.That(first.Errno, Is.EqualTo(Errno.EBADMSG));
        Assert.That(first.InnerException!.InnerException, Is.InstanceOf<WireFormatException>());
        _peer.WaitClosed();
        QuorumConnectionClosedException later = Assert.ThrowsAsync<QuorumConnectionClosedException>(
            () => Wait.ForAsync(GetQuorateAsync(_connection, async)))!;
        Assert.That(later.InnerException!.InnerException, Is.SameAs(first.InnerException), "the first reason is kept");
    }

    private Task TrackStart(TrackFlags flags) =>
        async ? _connection.TrackStartAsync(flags).AsTask() : OwnThread.Run(() => _connection.TrackStart(flags));

    private Task TrackStop() => async ? _connection.TrackStopAsync().AsTask() : OwnThread.Run(_connection.TrackStop);
}
