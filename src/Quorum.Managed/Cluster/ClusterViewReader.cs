using System.Diagnostics.CodeAnalysis;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

/// <summary>
/// Reads <see cref="ClusterView"/> again and again over the same four connections. A connection that was lost is made
/// anew at the next read.
/// </summary>
/// <remarks>
/// Thread-safe: reads take turns. It owns no thread; between reads nothing happens. The four services are read
/// at the same time. Each connect and each request has the time limits of the options; cancel to limit the whole.
/// </remarks>
public sealed class ClusterViewReader : IAsyncDisposable
{
    private readonly TimeProvider _clock;

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Readers may wait.")]
    private readonly SemaphoreSlim _turn = new(1, 1);

    private readonly QuorumPart _quorum;
    private readonly ServicePart<VoteQuorumConnection> _votes;
    private readonly ServicePart<CmapConnection> _configuration;
    private readonly ServicePart<CfgConnection> _links;
    private bool _disposed;

    /// <summary>Creates it. Nothing is connected before the first read.</summary>
    /// <param name="options">
    /// How to connect to each service; <see langword="null"/> for the defaults. Only what is common to all services
    /// counts.
    /// </param>
    /// <param name="clock">The clock of the times in a view. Defaults to <see cref="TimeProvider.System"/>.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public ClusterViewReader(CorosyncConnectionOptions? options = null, TimeProvider? clock = null)
    {
        options ??= new CorosyncConnectionOptions();
        options.Validate();
        _clock = clock ?? TimeProvider.System;
        _quorum = new QuorumPart(options, _clock);
        _votes = new(ClusterPartKind.Votes, _clock, token =>
            VoteQuorumConnection.ConnectAsync(ServiceOptions.Of<VoteQuorumConnectionOptions>(options), token));
        _configuration = new(ClusterPartKind.Configuration, _clock, token =>
            CmapConnection.ConnectAsync(options, CmapMap.Configuration, token));
        _links = new(ClusterPartKind.Links, _clock, token =>
            CfgConnection.ConnectAsync(ServiceOptions.Of<CfgConnectionOptions>(options), token));
    }

    /// <summary>Reads the cluster.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The view. A service that cannot be reached is a missing part, and not an exception.</returns>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The reader was disposed.</exception>
    public async ValueTask<ClusterView> ReadAsync(CancellationToken cancellationToken = default)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return await ReadAllAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Closes the connections, after a read that is under way.</summary>
    /// <returns>Completes when they are closed.</returns>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _disposed = true;
        _quorum.Dispose();
        _votes.Dispose();
        _configuration.Dispose();
        _links.Dispose();
        _turn.Release();
    }

    // First what says which nodes there are, and then the votes and links of these nodes.
    private async ValueTask<ClusterView> ReadAllAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset taken = _clock.GetUtcNow();
        Task<PartResult<QuorumPicture>> quorum = _quorum.ReadAsync(cancellationToken).AsTask();
        Task<PartResult<ConfigurationPicture>> configuration =
            _configuration.ReadAsync(ConfigurationPicture.ReadAsync, cancellationToken).AsTask();
        await Task.WhenAll(quorum, configuration).ConfigureAwait(false);
        QuorumPicture? seen = (await quorum.ConfigureAwait(false)).Value;
        ConfigurationPicture? configured = (await configuration.ConfigureAwait(false)).Value;
        NodeId[] nodes = [.. new SortedSet<NodeId>([.. configured?.Nodes.Keys ?? [], .. seen?.Members ?? []])];
        Task<PartResult<VotesPicture>> votes = _votes
            .ReadAsync((service, token) => VotesPicture.ReadAsync(service, nodes, token), cancellationToken).AsTask();
        Task<PartResult<LinksPicture>> links = _links
            .ReadAsync((service, token) => LinksPicture.ReadAsync(service, nodes, token), cancellationToken).AsTask();
        await Task.WhenAll(votes, links).ConfigureAwait(false);
        return ClusterPictures.Join(
            taken,
            nodes,
            await quorum.ConfigureAwait(false),
            await votes.ConfigureAwait(false),
            await configuration.ConfigureAwait(false),
            await links.ConfigureAwait(false));
    }
}
