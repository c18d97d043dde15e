namespace Quorum.Managed.Ipc;

/// <summary>An established connection is of no more use: the daemon went away, or broke the protocol.</summary>
/// <remarks>The first reason is kept: every later call on the connection throws one of these with the same reason inside.</remarks>
public sealed class IpcClosedException : IpcException
{
    /// <summary>Creates it.</summary>
    /// <param name="stage">What was being done.</param>
    /// <param name="errno">The Linux error number; ENOTCONN (107) when the daemon went away, EBADMSG (74) when it broke the protocol.</param>
    /// <param name="message">What happened.</param>
    /// <param name="remedy">What to do; may be <see langword="null"/>.</param>
    /// <param name="innerException">The first reason, if there was one before.</param>
    public IpcClosedException(IpcStage stage, int errno, string message, string? remedy = null, Exception? innerException = null)
        : base(stage, errno, message, remedy, innerException)
    {
    }
}
