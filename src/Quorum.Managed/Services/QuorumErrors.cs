using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// Turns the transport's failures and the daemon's refusals into this library's exceptions.
internal static class QuorumErrors
{
    public const string NoProvider =
        "corosync has no quorum provider and says quorate whatever happens. "
        + "Add quorum { provider: corosync_votequorum } to corosync.conf and restart corosync on every node.";

    private const string NoVoteQuorum =
        "If corosync runs, it has no votequorum: that needs quorum { provider: corosync_votequorum } in corosync.conf.";

    public static QuorumException Connecting(IpcException e) =>
        new QuorumConnectException(e.Error, e.Errno, e.Stage, e.Message, e);

    // service: its name. votequorum is there only with a quorum provider; without one it refuses as if corosync did not
    // run.
    public static QuorumException Connecting(IpcException e, string service) =>
        string.Equals(service, WireLimits.VoteQuorumServiceName, StringComparison.Ordinal)
        && e is { Stage: IpcStage.Connect, Errno: Errno.ECONNREFUSED or Errno.ENOENT }
            ? new QuorumConnectException(e.Error, e.Errno, e.Stage, $"{e.Message} {NoVoteQuorum}", e)
            : Connecting(e);

    public static QuorumException Using(IpcException e) => e is IpcClosedException
        ? new QuorumConnectionClosedException(e.Error, e.Errno, e.Stage, e.Message, e)
        : new QuorumException(e.Error, e.Errno, e.Stage, e.Message, e);

    // The requests that corosync 3.1.1 has and older versions do not are refused as unknown by 2.99 to 3.1.0.
    public static QuorumRefusedException Refused(string request, CorosyncError error) =>
        error == CorosyncError.InvalidParam && request.StartsWith("cfg ", StringComparison.Ordinal)
            ? new(
                CorosyncError.NotSupported,
                $"The daemon does not know {request} (CS_ERR_INVALID_PARAM): this needs corosync 3.1.1 or newer.")
            : new(error, Meaning(request, error));

    private static string Meaning(string request, CorosyncError error) => error switch
    {
        CorosyncError.Exist =>
            $"The daemon answered {request} with CS_ERR_EXIST: this connection tracks already. "
            + "The daemon sent the present state again.",
        CorosyncError.TryAgain =>
            $"The daemon answered {request} with CS_ERR_TRY_AGAIN: the membership is changing, or its queue is full. "
            + "Try again.",
        CorosyncError.NotExist when request.EndsWith("trackstop", StringComparison.Ordinal) =>
            $"The daemon answered {request} with CS_ERR_NOT_EXIST: this connection does not track.",
        CorosyncError.Access when request.EndsWith("replyto_shutdown", StringComparison.Ordinal) =>
            $"The daemon answered {request} with CS_ERR_ACCESS: the question is settled already, by the replies of "
            + "others or because the time for it is over.",
        CorosyncError.InvalidParam =>
            $"The daemon does not know the request {request}, or not with these arguments (CS_ERR_INVALID_PARAM).",
        _ => $"The daemon answered {request} with error {(int)error} ({error}).",
    };

    public static QuorumConnectException ModelRefused(QuorumModel model, CorosyncError error) => new(
        error == CorosyncError.InvalidParam ? CorosyncError.NotSupported : error,
        0,
        IpcStage.Request,
        $"The daemon does not offer model {model} (error {(int)error}). Model V1 needs corosync 3.1.0 or newer: "
        + "use QuorumModel.V0.");

    public static QuorumConnectException OldDaemon(IpcAddress address) => new(
        CorosyncError.NotSupported,
        0,
        IpcStage.Request,
        $"The daemon at {address} is corosync 2.x, which has no model V1 and crashes when asked for it; "
        + "it was not asked. Use QuorumModel.V0.");

    public static QuorumConnectException ModelUnknown(
        IpcAddress address, int errno, string why, Exception? cause = null) => new(
        CorosyncError.NotSupported,
        errno,
        IpcStage.Request,
        $"Whether the daemon at {address} has model V1 could not be found out, and corosync 2.x crashes when asked "
        + $"for it; it was not asked. {why} Use QuorumModel.V0, make the service cmap reachable beside quorum, "
        + "or set AssumeModelV1 if the daemon is certainly corosync 3 or newer.",
        cause);

    // A request of cfg that corosync 2.x could crash on.
    public static QuorumException UnsafeForOldDaemon(IpcAddress address, string request, DaemonAge age) => new(
        CorosyncError.NotSupported,
        age.Errno,
        IpcStage.Request,
        (age.IsOld == true
            ? $"The daemon at {address} is corosync 2.x, which does not know {request} and could crash; "
            : $"Whether the daemon at {address} is corosync 2.x, which could crash over {request}, could not be found "
                + $"out ({age.Why}); ")
        + "it was not asked. This needs corosync 3.1.1 or newer, and its service cmap reachable beside cfg.",
        age.Cause);

    public static QuorumException TooManyKeys(string prefix, int most) => new(
        CorosyncError.Library,
        0,
        IpcStage.Request,
        $"cmap lists more than {most} keys that begin with {prefix}, which no corosync.conf has.");

    public static QuorumConnectException DaemonChanged(IpcAddress address) => new(
        CorosyncError.TryAgain,
        Errno.EAGAIN,
        IpcStage.Request,
        $"The daemon at {address} was replaced by another while connecting. Try again.");
}
