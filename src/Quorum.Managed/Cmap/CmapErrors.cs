using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// What can go wrong on the way to a map, and with the type of a value.
internal static class CmapErrors
{
    public static QuorumConnectException OldDaemon(IpcAddress address) => new(
        CorosyncError.NotSupported,
        0,
        IpcStage.Request,
        $"The daemon at {address} is corosync 2.x, which has no statistics map and could crash if asked for it; "
        + "it was not asked. Use CmapMap.Configuration, or corosync 3.0 or newer.");

    public static QuorumConnectException VersionUnknown(IpcAddress address, CorosyncError error) => new(
        error,
        0,
        IpcStage.Request,
        $"Whether the daemon at {address} has a statistics map could not be found out: cmap answered with error "
        + $"{(int)error} ({error}). corosync 2.x could crash if asked for it; it was not asked. Try again, or use "
        + "CmapMap.Configuration.");

    public static QuorumConnectException NoStatistics(IpcAddress address, CorosyncError error) => new(
        error is CorosyncError.NotExist or CorosyncError.InvalidParam ? CorosyncError.NotSupported : error,
        0,
        IpcStage.Request,
        $"The daemon at {address} does not offer the statistics map (error {(int)error}, {error}). It needs corosync "
        + "3.0 or newer: use CmapMap.Configuration.");

    public static InvalidOperationException NotAnInteger(CmapValueType type) => new(
        type == CmapValueType.None
            ? "The value of this cmap key is longer than an integer. Read it with GetAsync or TryGet."
            : $"The value of this cmap key is no integer; its type is {type}. Read it with GetAsync or TryGet.");

    public static OverflowException Negative(CmapValue value) =>
        new($"The value of this cmap key is negative: {value}. Read it with GetAsync or TryGet.");
}
