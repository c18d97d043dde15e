using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

/// <summary>A connection to the daemon could not be made, was refused, or failed.</summary>
/// <remarks>The message says what was tried and what happened. It ends with the remedy, where one is known.</remarks>
public class IpcException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="stage">Where the failure happened.</param>
    /// <param name="errno">The Linux error number of the failure (positive); 0 when there is none.</param>
    /// <param name="message">What was tried and what happened, in one sentence.</param>
    /// <param name="remedy">What to do, in one sentence; <see langword="null"/> when that is unknown.</param>
    /// <param name="innerException">The exception that caused the failure, if there was one.</param>
    public IpcException(
        IpcStage stage, int errno, string message, string? remedy = null, Exception? innerException = null)
        : base(remedy is null ? message : message + " " + remedy, innerException)
    {
        Problem = message;
        Stage = stage;
        Errno = errno;
        Remedy = remedy;
    }

    /// <summary>What was tried and what happened: the message without its remedy.</summary>
    public string Problem { get; }

    /// <summary>Where the failure happened.</summary>
    public IpcStage Stage { get; }

    /// <summary>
    /// The Linux error number of the failure (positive), as libqb's functions set <c>errno</c>; 0 when there is none.
    /// </summary>
    public int Errno { get; }

    /// <summary>
    /// The value that libquorum returns for <see cref="Errno"/>; <see cref="CorosyncError.Security"/> when
    /// <see cref="IsUntrusted"/>.
    /// </summary>
    public CorosyncError Error => IsUntrusted ? CorosyncError.Security : Ipc.Errno.ToCorosyncError(Errno);

    /// <summary>
    /// Whether this process refused to use what it found: a socket or a file of a user that is not trusted, or a name
    /// that leads out of the shared-memory directory.
    /// </summary>
    public bool IsUntrusted { get; init; }

    // Whether what lies at the path came there by the mount of a file.
    internal bool IsMountingMistake { get; init; }

    /// <summary>
    /// What to do about the failure; <see langword="null"/> when that is unknown. <see cref="Exception.Message"/> ends
    /// with it.
    /// </summary>
    public string? Remedy { get; }
}
