using Quorum.Managed.Protocol;

namespace Quorum.Managed.Ipc;

/// <summary>The connection to the daemon could not be made, failed, or was refused.</summary>
/// <remarks>The message says what was tried and, where one is known, what to do about it.</remarks>
public class IpcException : Exception
{
    /// <summary>Creates it.</summary>
    /// <param name="stage">Where it happened.</param>
    /// <param name="errno">The Linux error number that describes it (positive); 0 when there is none.</param>
    /// <param name="message">What was tried and what happened, in one sentence.</param>
    /// <param name="remedy">What to do about it, in one sentence; <see langword="null"/> when that is unknown.</param>
    /// <param name="innerException">The cause, if another exception was.</param>
    public IpcException(IpcStage stage, int errno, string message, string? remedy = null, Exception? innerException = null)
        : base(remedy is null ? message : message + " " + remedy, innerException)
    {
        Problem = message;
        Stage = stage;
        Errno = errno;
        Remedy = remedy;
    }

    /// <summary>What was tried and what happened: the message without its remedy.</summary>
    public string Problem { get; }

    /// <summary>Where it happened.</summary>
    public IpcStage Stage { get; }

    /// <summary>The Linux error number that describes it (positive), as <c>errno</c> of libqb's functions would be; 0 when there is none.</summary>
    public int Errno { get; }

    /// <summary>What libquorum returns for <see cref="Errno"/>; <see cref="CorosyncError.Security"/> where something was not believed.</summary>
    public CorosyncError Error => IsUntrusted ? CorosyncError.Security : Ipc.Errno.ToCorosyncError(Errno);

    /// <summary>Whether this process refused to believe what it found: a socket or a file of somebody who is not trusted, a name that leads elsewhere.</summary>
    public bool IsUntrusted { get; init; }

    /// <summary>What to do about it; also the end of <see cref="Exception.Message"/>. <see langword="null"/> when unknown.</summary>
    public string? Remedy { get; }
}
