using Microsoft.Extensions.Logging;

namespace Quorum.Managed.Hosting;

// An event id is used once. Its meaning never changes, because users filter logs by it.
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Quorum monitor {Name} starts")]
    public static partial void Starting(this ILogger logger, string name);

    [LoggerMessage(2, LogLevel.Information, "Quorate in ring {RingId} with members {Members}")]
    public static partial void Quorate(this ILogger logger, string ringId, NodeList members);

    [LoggerMessage(3, LogLevel.Warning, "Inquorate in ring {RingId} with members {Members}, left {Left}")]
    public static partial void Inquorate(this ILogger logger, string ringId, NodeList members, NodeList left);

    [LoggerMessage(4, LogLevel.Warning, "Quorum is unknown: {Reason}, {Error}")]
    public static partial void Unknown(this ILogger logger, QuorumUnknownReason reason, string error);

    [LoggerMessage(
        5,
        LogLevel.Information,
        "Membership changed to ring {RingId} with members {Members}, joined {Joined}, left {Left}")]
    public static partial void MembershipChanged(
        this ILogger logger, string ringId, NodeList members, NodeList joined, NodeList left);

    [LoggerMessage(6, LogLevel.Error, "A handler of the quorum monitor failed")]
    public static partial void HandlerFailed(this ILogger logger, Exception exception);

    [LoggerMessage(7, LogLevel.Information, "Quorum monitor {Name} stopped")]
    public static partial void Stopped(this ILogger logger, string name);

    [LoggerMessage(8, LogLevel.Information, "{Service} starts: this node is quorate")]
    public static partial void WorkStarts(this ILogger logger, string service);

    [LoggerMessage(9, LogLevel.Information, "{Service} ended")]
    public static partial void WorkEnded(this ILogger logger, string service);
}
