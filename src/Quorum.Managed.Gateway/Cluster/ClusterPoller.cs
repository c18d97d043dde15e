using System.Diagnostics.CodeAnalysis;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Gateway;

// Reads votes, nodes, links and statistics once an interval and after each change: one reader, whoever asks.
internal sealed class ClusterPoller : IAsyncDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(2);

    private readonly CorosyncConnectionOptions _options;
    private readonly TimeSpan _interval;
    private readonly ClusterViewReader _reader;

    [SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "Callers may wake it.")]
    private readonly SemaphoreSlim _wake = new(0);
    private CmapConnection? _statistics;
    private ClusterPicture _picture = ClusterPicture.Empty;

    public ClusterPoller(CorosyncConnectionOptions options, TimeSpan interval)
    {
        _options = options with { ConnectTimeout = RequestTimeout, RequestTimeout = RequestTimeout };
        _interval = interval;
        _reader = new ClusterViewReader(_options);
    }

    public ClusterPicture Picture => Volatile.Read(ref _picture);

    // The membership or the state has changed.
    public void Wake()
    {
        if (_wake.CurrentCount == 0)
        {
            _wake.Release();
        }
    }

    public async Task RunAsync(Action changed, CancellationToken cancellationToken)
    {
        while (true)
        {
            ClusterView view = await _reader.ReadAsync(cancellationToken);
            IReadOnlyList<LinkStatistics> statistics =
                await ReadStatisticsAsync(view, cancellationToken);
            Volatile.Write(ref _picture, new ClusterPicture(view, statistics));
            changed();
            await _wake.WaitAsync(_interval, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseStatisticsAsync();
        await _reader.DisposeAsync();
    }

    private async ValueTask<IReadOnlyList<LinkStatistics>> ReadStatisticsAsync(
        ClusterView view, CancellationToken cancellationToken)
    {
        if (!view.Nodes.Any(static node => node.Links is { Count: > 0 }))
        {
            return [];
        }

        try
        {
            _statistics ??= await CmapConnection
                .ConnectAsync(_options, CmapMap.Statistics, cancellationToken);
            return await LinkStatistics.ReadAsync(_statistics, view, cancellationToken);
        }
        catch (Exception e) when (e is QuorumException or InvalidOperationException or OverflowException)
        {
            // The view says that the daemon is gone. A number of another type is none. The next turn connects again.
            await CloseStatisticsAsync();
            return [];
        }
    }

    private async ValueTask CloseStatisticsAsync()
    {
        if (_statistics is { } statistics)
        {
            _statistics = null;
            await statistics.DisposeAsync();
        }
    }
}
