using System.Globalization;

namespace Quorum.Managed.Ipc;

// The failures of an established connection. A message says what happened; its remedy says what to do.
internal static class IpcErrors
{
    public const string RaiseFileLimit = "Raise the limit (ulimit -n, LimitNOFILE=) or close connections.";

    private const string Reconnect = "Make a new connection. This one stays closed, also when the daemon is back.";

    public static IpcClosedException Gone(IpcStage stage) => new(
        stage, Errno.ENOTCONN, "The daemon closed the connection, or died.", Reconnect);

    public static IpcClosedException Corrupt(IpcStage stage, Exception cause) => new(
        stage,
        Errno.EBADMSG,
        "The daemon's side of the connection does not follow the protocol: " + cause.Message,
        Reconnect,
        cause);

    public static IpcClosedException Again(IpcStage stage, IpcClosedException first) => new(
        stage, first.Errno, "The connection was closed earlier: " + first.Message, null, first);

    // Time: the whole limit that the caller gave, exact to the tick.
    public static IpcException RequestTimedOut(TimeSpan time) => new(
        IpcStage.Request,
        Errno.ETIMEDOUT,
        FormattableString.Invariant($"The daemon did not answer within {time.TotalSeconds:0.#######} s."),
        "It may be stopped, overloaded, or changing membership; the connection stays usable.");

    public static IpcException RequestTooLarge(int length, int limit) => new(
        IpcStage.Request,
        Errno.EMSGSIZE,
        string.Create(
            CultureInfo.InvariantCulture,
            $"A request of {length} bytes is larger than the {limit} that the daemon granted."),
        "Ask for more with MaxMessageSize.");

    public static IpcClosedException TooLong(IpcStage stage, int length, int room) => new(
        stage,
        Errno.EBADMSG,
        string.Create(
            CultureInfo.InvariantCulture,
            $"The daemon sent a message of {length} bytes; the caller's buffer has room for {room}."),
        Reconnect);

    public static IpcException CannotPoll(int errno) => new(
        IpcStage.Event,
        errno,
        FormattableString.Invariant($"The descriptor to poll could not be made (errno {errno})."),
        errno == Errno.EMFILE ? RaiseFileLimit : null);
}
