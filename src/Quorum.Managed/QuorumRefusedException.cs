using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>The daemon understood a request and answered with an error. The connection stays usable.</summary>
public sealed class QuorumRefusedException : QuorumException
{
    /// <summary>Creates it.</summary>
    /// <param name="error">The daemon's answer.</param>
    /// <param name="message">What was asked and what the answer means.</param>
    public QuorumRefusedException(CorosyncError error, string message)
        : base(error, 0, IpcStage.Request, message)
    {
    }
}
