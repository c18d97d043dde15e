using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// An established connection is of no more use: the daemon went away or broke the protocol. Connect anew.
/// </summary>
/// <remarks>
/// Each later call on the connection throws one of these; the inner exceptions lead to the first reason.
/// </remarks>
public sealed class QuorumConnectionClosedException : QuorumException
{
    /// <summary>Creates it.</summary>
    /// <param name="error">
    /// What libquorum returns in this case: <see cref="CorosyncError.Library"/> when the daemon went away.
    /// </param>
    /// <param name="errno">The Linux error number; 0 for none.</param>
    /// <param name="stage">What was being done.</param>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The first reason; may be <see langword="null"/>.</param>
    public QuorumConnectionClosedException(
        CorosyncError error, int errno, IpcStage stage, string message, Exception? innerException = null)
        : base(error, errno, stage, message, innerException)
    {
    }

    /// <summary>Always: a new connection can succeed as soon as the daemon is back.</summary>
    public override bool IsTransient => true;
}
