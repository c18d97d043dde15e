using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// A connection could not be made: no daemon, not allowed, no answer in time, or its shared memory is out of reach.
/// </summary>
/// <remarks>
/// The message names what was tried and what to do; <see cref="QuorumException.Stage"/> how far it got.
/// protocol-docs/errors.md has all cases.
/// </remarks>
public sealed class QuorumConnectException : QuorumException
{
    /// <summary>Creates it.</summary>
    /// <param name="error">What libquorum's initialize returns in this case.</param>
    /// <param name="errno">The Linux error number; 0 for none.</param>
    /// <param name="stage">Where it happened.</param>
    /// <param name="message">What was tried, what happened and what to do.</param>
    /// <param name="innerException">The cause; may be <see langword="null"/>.</param>
    public QuorumConnectException(
        CorosyncError error, int errno, IpcStage stage, string message, Exception? innerException = null)
        : base(error, errno, stage, message, innerException)
    {
    }

    /// <summary>
    /// Whether a later attempt can succeed with nothing changed here: also when the daemon is not running now.
    /// </summary>
    public override bool IsTransient =>
        base.IsTransient
            || Errno is Ipc.Errno.ECONNREFUSED or Ipc.Errno.ECONNRESET or Ipc.Errno.EPIPE or Ipc.Errno.ENOTCONN
            || (Stage == IpcStage.Connect && Errno == Ipc.Errno.ENOENT);
}
