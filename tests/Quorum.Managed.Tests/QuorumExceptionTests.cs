using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Tests;

public class QuorumExceptionTests
{
    [Test]
    public void IsTransient_of_a_failed_use_is_what_libquorum_says_to_retry()
    {
        CorosyncError[] transient =
            [CorosyncError.TryAgain, CorosyncError.Timeout, CorosyncError.Busy, CorosyncError.Interrupt];
        Assert.Multiple(() =>
        {
            foreach (CorosyncError error in Enum.GetValues<CorosyncError>())
            {
                bool expected = transient.Contains(error);
                QuorumException used = new(error, 0, IpcStage.Request, "x");
                Assert.That(used.IsTransient, Is.EqualTo(expected), error.ToString());
                Assert.That(new QuorumRefusedException(error, "x").IsTransient, Is.EqualTo(expected), error.ToString());
            }
        });
    }

    [Test]
    public void IsTransient_of_a_closed_connection_is_always_true() => Assert.Multiple(() =>
    {
        foreach (CorosyncError error in Enum.GetValues<CorosyncError>())
        {
            QuorumConnectionClosedException closed = new(error, Errno.EBADMSG, IpcStage.Event, "x");
            Assert.That(closed.IsTransient, error.ToString());
        }
    });

    // Transient is what a daemon causes that starts, restarts or stops. A later attempt cannot mend the rest.
    [TestCase(IpcStage.Connect, Errno.ECONNREFUSED, true)]
    [TestCase(IpcStage.Connect, Errno.ENOENT, true)]
    [TestCase(IpcStage.Connect, Errno.EACCES, false)]
    [TestCase(IpcStage.Connect, Errno.EMFILE, false)]
    [TestCase(IpcStage.Authenticate, Errno.EAGAIN, true)]
    [TestCase(IpcStage.Authenticate, Errno.ETIMEDOUT, true)]
    [TestCase(IpcStage.Authenticate, Errno.ECONNRESET, true)]
    [TestCase(IpcStage.Authenticate, Errno.EPIPE, true)]
    [TestCase(IpcStage.Authenticate, Errno.EACCES, false)]
    [TestCase(IpcStage.Authenticate, Errno.ENOSPC, false)]
    [TestCase(IpcStage.Authenticate, Errno.EBADMSG, false)]
    [TestCase(IpcStage.Map, Errno.ENOENT, false)]
    [TestCase(IpcStage.Request, Errno.ENOTCONN, true)]
    [TestCase(IpcStage.Request, Errno.ETIMEDOUT, true)]
    [TestCase(IpcStage.Request, Errno.EBADMSG, false)]
    public void IsTransient_of_a_failed_connect_goes_by_stage_and_errno(IpcStage stage, int errno, bool transient) =>
        Assert.That(
            new QuorumConnectException(Errno.ToCorosyncError(errno), errno, stage, "x").IsTransient,
            Is.EqualTo(transient));
}
