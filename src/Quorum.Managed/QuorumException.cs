using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// An operation on the quorum service failed. The base of the exceptions that this library throws for reasons outside
/// the program.
/// </summary>
/// <remarks>
/// Misuse throws the usual exceptions of .NET instead: <see cref="ArgumentException"/>,
/// <see cref="ObjectDisposedException"/> (where libquorum returns CS_ERR_BAD_HANDLE),
/// <see cref="OperationCanceledException"/>. An exception of this very class says that a time limit passed
/// (<see cref="CorosyncError.TryAgain"/>, ETIMEDOUT); the connection stays usable.
/// </remarks>
public class QuorumException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="error">What libquorum returns in this case.</param>
    /// <param name="errno">The Linux error number; 0 for none.</param>
    /// <param name="stage">Where it happened.</param>
    /// <param name="message">What was tried, what happened and what to do.</param>
    /// <param name="innerException">The cause; may be <see langword="null"/>.</param>
    public QuorumException(
        CorosyncError error, int errno, IpcStage stage, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
        Errno = errno;
        Stage = stage;
    }

    /// <summary>What libquorum returns in this case (<c>cs_error_t</c>).</summary>
    public CorosyncError Error { get; }

    /// <summary>The Linux error number that describes it (positive); 0 when there is none.</summary>
    public int Errno { get; }

    /// <summary>Where on the way it happened.</summary>
    public IpcStage Stage { get; }

    /// <summary>
    /// Whether trying the same again, on a new connection if this one is closed, can succeed with nothing changed: the
    /// daemon starts, restarts, is overloaded or changes membership.
    /// </summary>
    public virtual bool IsTransient =>
        Error is CorosyncError.TryAgain or CorosyncError.Timeout or CorosyncError.Busy or CorosyncError.Interrupt;
}
