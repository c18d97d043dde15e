namespace Quorum.Managed.Ipc;

/// <summary>An established connection was closed because the daemon went away or broke the protocol.</summary>
/// <remarks>
/// The connection keeps the first reason. Each later call on it throws this exception with the first reason as the
/// inner exception.
/// </remarks>
public sealed class IpcClosedException : IpcException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="stage">Where the failure happened.</param>
    /// <param name="errno">
    /// The Linux error number: ENOTCONN (107) when the daemon went away, EBADMSG (74) when it broke the protocol.
    /// </param>
    /// <param name="message">What happened.</param>
    /// <param name="remedy">What to do; <see langword="null"/> when that is unknown.</param>
    /// <param name="innerException">The first reason, or the cause, if there was one.</param>
    public IpcClosedException(
        IpcStage stage, int errno, string message, string? remedy = null, Exception? innerException = null)
        : base(stage, errno, message, remedy, innerException)
    {
    }
}
