using System.Net.Sockets;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Testing;

/// <summary>What a <see cref="QuorumSimulator"/> serves, and how.</summary>
/// <remarks>Immutable. <see cref="QuorumSimulator.Start"/> checks the values.</remarks>
public sealed record QuorumSimulatorOptions
{
    /// <summary>
    /// The cluster. Defaults to a new one with nodes 1, 2 and 3, all up. Simulators with the same cluster show it as
    /// seen from different nodes.
    /// </summary>
    public SimulatedCluster? Cluster { get; init; }

    /// <summary>
    /// The number of the node whose view is served. Defaults to 1. While the node is down, the simulator does not
    /// listen.
    /// </summary>
    public uint Node { get; init; } = 1;

    /// <summary>
    /// How clients exchange messages with the simulator. Defaults to <see cref="IpcConnectionType.SharedMemory"/>, as
    /// in corosync. The alternative is <see cref="IpcConnectionType.Socket"/>.
    /// </summary>
    public IpcConnectionType Transport { get; init; } = IpcConnectionType.SharedMemory;

    /// <summary>
    /// Where to listen. Defaults to an abstract name that is unique on this machine, which
    /// <see cref="QuorumSimulator.Address"/> returns. Native clients look for the abstract name <c>quorum</c> of their
    /// network namespace.
    /// </summary>
    public IpcAddress? Address { get; init; }

    /// <summary>
    /// The smallest limit, in bytes, that a client is granted for its largest message, whatever it asks for. Defaults
    /// to 0, as in corosync.
    /// </summary>
    public int MinimumMaxMessageSize { get; init; }

    /// <summary>
    /// Users that may connect besides root and the simulator's own user. Defaults to none. Source: corosync.conf(5),
    /// <c>uidgid</c>.
    /// </summary>
    public IReadOnlyCollection<uint> AllowedUserIds { get; init; } = [];

    /// <summary>
    /// Groups besides root's whose users may connect. Supplementary groups do not count. Defaults to none. Source:
    /// corosync.conf(5), <c>uidgid</c>.
    /// </summary>
    public IReadOnlyCollection<uint> AllowedGroupIds { get; init; } = [];

    /// <summary>
    /// The totem token's time-out, which cmap tells and from which the other totem times follow: 30 ms and up. Defaults
    /// to <see langword="null"/>: corosync's own, 3 s and 650 ms for each node beyond two. The simulator itself has no
    /// such time-out: a change of membership takes no time.
    /// </summary>
    /// <remarks>Source: corosync.conf(5), <c>token</c> and <c>token_coefficient</c>.</remarks>
    public TimeSpan? TokenTimeout { get; init; }

    /// <summary>
    /// The clock by which the totem token goes round and is counted in cmap. Defaults to
    /// <see cref="TimeProvider.System"/>.
    /// </summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    // Runs the functions that create the simulator's sockets, for example in another network namespace. Null runs them
    // here.
    internal Func<Func<Socket>, Socket>? Inside { get; init; }

    internal void Validate()
    {
        if (Transport is not (IpcConnectionType.SharedMemory or IpcConnectionType.Socket))
        {
            throw new ArgumentOutOfRangeException(
                nameof(Transport), Transport, "The simulator serves SharedMemory and Socket.");
        }

        ArgumentOutOfRangeException.ThrowIfNegative(MinimumMaxMessageSize, nameof(MinimumMaxMessageSize));
        if (TokenTimeout < TimeSpan.FromMilliseconds(30) || TokenTimeout > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(TokenTimeout), TokenTimeout, "The token's time-out is 30 ms to a day.");
        }

        ArgumentNullException.ThrowIfNull(TimeProvider, nameof(TimeProvider));
        ArgumentNullException.ThrowIfNull(AllowedUserIds, nameof(AllowedUserIds));
        ArgumentNullException.ThrowIfNull(AllowedGroupIds, nameof(AllowedGroupIds));
    }
}
