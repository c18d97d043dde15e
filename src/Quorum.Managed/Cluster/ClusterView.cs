using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// The cluster in one picture, as one node's corosync sees it: nodes with names, votes, addresses and links, the votes
/// of the partition, and quorum. Immutable.
/// </summary>
/// <remarks>
/// <para>It is put together from four services. Each part is read at its own moment, so two parts can be of before and
/// of after a change of membership. A part that cannot be read is missing, and <see cref="Parts"/> says why; nothing
/// old stands in for it.</para>
/// <para>It is for people and for reports. Whether a workload may run is for <see cref="QuorumMonitor"/> to say.</para>
/// </remarks>
public sealed record ClusterView
{
    /// <summary>When reading it began.</summary>
    public DateTimeOffset Taken { get; init; }

    /// <summary>
    /// The name of the cluster; <see langword="null"/> without one, or when the configuration is missing.
    /// </summary>
    public string? ClusterName { get; init; }

    /// <summary>The transport in corosync.conf: <c>knet</c>, <c>udpu</c>, <c>udp</c>; otherwise null.</summary>
    public string? Transport { get; init; }

    /// <summary>
    /// The node whose corosync was asked; <see langword="null"/> when none of cfg, cmap and votequorum told.
    /// </summary>
    public NodeId? LocalNode { get; init; }

    /// <summary>
    /// Whether the partition is quorate, as the quorum service said; <see langword="null"/> when that is missing.
    /// </summary>
    public bool? Quorate { get; init; }

    /// <summary>Whether votes are counted at all; <see langword="null"/> when the quorum service is missing.</summary>
    public QuorumType? QuorumType { get; init; }

    /// <summary>
    /// The ring; <see langword="null"/> when the quorum service is missing, or older than corosync 3.1.0.
    /// </summary>
    public RingId? RingId { get; init; }

    /// <summary>The votes; <see langword="null"/> when votequorum is missing.</summary>
    public ClusterVotes? Votes { get; init; }

    /// <summary>The nodes that are configured or members, in the order of their ids.</summary>
    public IReadOnlyList<ClusterNode> Nodes { get; init; } = [];

    /// <summary>The four parts, each with its time or the reason why it is missing.</summary>
    public IReadOnlyList<ClusterPart> Parts { get; init; } = [];

    /// <summary>The parts that could not be read.</summary>
    public IEnumerable<ClusterPart> Missing => Parts.Where(static part => part.IsMissing);

    /// <summary>One of the parts.</summary>
    /// <param name="kind">Which.</param>
    /// <returns>The part.</returns>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public ClusterPart Part(ClusterPartKind kind) =>
        Parts.FirstOrDefault(part => part.Kind == kind)
        ?? throw new ArgumentException($"There is no part {kind}.", nameof(kind));

    /// <summary>Connects to the four services, reads them once, and closes the connections.</summary>
    /// <param name="options">
    /// How to connect to each; <see langword="null"/> for the defaults. Only what is common to all services counts.
    /// </param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The view. A service that cannot be reached is a missing part, and not an exception.</returns>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static async ValueTask<ClusterView> ReadAsync(
        CorosyncConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ClusterViewReader reader = new(options);
        await using (reader.ConfigureAwait(false))
        {
            return await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
