using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>What a <see cref="QuorumSimulator"/> serves, and how. Immutable; checked when it starts.</summary>
public sealed record QuorumSimulatorOptions
{
    /// <summary>Defaults to a cluster of its own with nodes 1, 2 and 3, all up. Give several simulators the same one to see it from several nodes.</summary>
    public SimulatedCluster? Cluster { get; init; }

    /// <summary>Defaults to 1. The node whose view is served. While it is down, nobody listens.</summary>
    public uint Node { get; init; } = 1;

    /// <summary>Defaults to <see cref="IpcConnectionType.SharedMemory"/>, as corosync does. The other one is <see cref="IpcConnectionType.Socket"/>.</summary>
    public IpcConnectionType Transport { get; init; } = IpcConnectionType.SharedMemory;

    /// <summary>
    /// Defaults to an abstract name that is unique on this machine; <see cref="QuorumSimulator.Address"/> says which. Native clients look for the
    /// abstract name <c>quorum</c>, which belongs to a network namespace.
    /// </summary>
    public IpcAddress? Address { get; init; }

    /// <summary>Defaults to 0, as corosync does. The least that clients are granted as the largest message, in bytes, whatever they ask.</summary>
    public int MinimumMaxMessageSize { get; init; }

    /// <summary>Defaults to none. Users besides root and the simulator's own that may connect: corosync.conf's <c>uidgid { uid: }</c>.</summary>
    public IReadOnlyCollection<uint> AllowedUserIds { get; init; } = [];

    /// <summary>Defaults to none. Groups besides root's whose users may connect: corosync.conf's <c>uidgid { gid: }</c>.</summary>
    public IReadOnlyCollection<uint> AllowedGroupIds { get; init; } = [];

    // Where sockets are created: a thread in another network namespace.
    internal Func<Func<Socket>, Socket>? Inside { get; init; }

    internal void Validate()
    {
        if (Transport is not (IpcConnectionType.SharedMemory or IpcConnectionType.Socket))
        {
            throw new ArgumentOutOfRangeException(nameof(Transport), Transport, "The simulator speaks SharedMemory and Socket.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(MinimumMaxMessageSize, nameof(MinimumMaxMessageSize));
        ArgumentNullException.ThrowIfNull(AllowedUserIds, nameof(AllowedUserIds));
        ArgumentNullException.ThrowIfNull(AllowedGroupIds, nameof(AllowedGroupIds));
    }
}
