using System.Diagnostics;
using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed;

// Reads what a proof needs from the daemon's cmap service. It connects when it is asked, and keeps the connection to
// the statistics map. keep: the time-outs are read often, so their connection is kept too, and a daemon without
// statistics is asked again after a pause. One call at a time.
internal sealed class TokenReader(CorosyncConnectionOptions options, TimeSpan timeout, bool keep = false) : IDisposable
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(5);

    private readonly CorosyncConnectionOptions _options =
        options with { ConnectTimeout = timeout, RequestTimeout = timeout };

    private CmapConnection? _statistics;
    private CmapConnection? _configuration;
    private long? _unavailableSince;

    // Null if this daemon offers no statistics. Throws QuorumException if this attempt failed. The counter is read
    // first: growth that a new ring caused then comes together with the signs of the new ring.
    public async ValueTask<TokenState?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_unavailableSince is { } since && (!keep || Stopwatch.GetElapsedTime(since) < AskAgain))
        {
            return null;
        }

        try
        {
            _statistics ??= await CmapConnection.ConnectAsync(_options, CmapMap.Statistics, cancellationToken)
                .ConfigureAwait(false);
            ulong? received = await GetAsync("stats.srp.orf_token_rx").ConfigureAwait(false);
            ulong? gather = await GetAsync("stats.srp.gather_entered").ConfigureAwait(false);
            ulong? commit = await GetAsync("stats.srp.commit_entered").ConfigureAwait(false);
            ulong? operational = await GetAsync("stats.srp.operational_entered").ConfigureAwait(false);
            return received is { } tokens && gather is { } gathers && operational is { } rings
                ? new TokenState(tokens, gathers, commit ?? rings, rings)
                : null;
        }
        catch (QuorumException e)
        {
            Dispose();
            _unavailableSince = IsUnavailable(e) ? Stopwatch.GetTimestamp() : null;
            if (_unavailableSince is not null)
            {
                return null;
            }

            throw;
        }

        ValueTask<ulong?> GetAsync(string key) => _statistics.GetUInt64Async(key, cancellationToken);
    }

    // Null if the daemon does not tell. Throws QuorumException if this attempt failed.
    public async ValueTask<TokenTiming?> ReadTimingAsync(CancellationToken cancellationToken)
    {
        try
        {
            _configuration ??= await CmapConnection.ConnectAsync(_options, CmapMap.Configuration, cancellationToken)
                .ConfigureAwait(false);
            TimeSpan? token = await GetAsync("token").ConfigureAwait(false);
            TimeSpan? consensus = await GetAsync("consensus").ConfigureAwait(false);
            TimeSpan? retransmit = await GetAsync("token_retransmit").ConfigureAwait(false);
            TimeSpan hold = await GetAsync("hold").ConfigureAwait(false) ?? TimeSpan.Zero;
            if (!keep)
            {
                CloseConfiguration();
            }

            return token is { } t && consensus is { } c && retransmit is { } r ? new TokenTiming(t, c, r, hold) : null;
        }
        catch (QuorumException e)
        {
            CloseConfiguration();
            if (IsUnavailable(e))
            {
                return null;
            }

            throw;
        }

        async ValueTask<TimeSpan?> GetAsync(string name) =>
            await _configuration.GetUInt64Async("runtime.config.totem." + name, cancellationToken).ConfigureAwait(false)
                is { } ms and > 0 and <= int.MaxValue
                    ? TimeSpan.FromMilliseconds(ms)
                    : null;
    }

    public void Dispose()
    {
        CloseConfiguration();
        _statistics?.Dispose();
        _statistics = null;
    }

    private void CloseConfiguration()
    {
        _configuration?.Dispose();
        _configuration = null;
    }

    // The quorum service of this daemon is there. A cmap service that is refused or not there is none of this daemon.
    private static bool IsUnavailable(QuorumException error) =>
        error is QuorumConnectException { IsTransient: false }
            or QuorumConnectException { Stage: IpcStage.Connect, Errno: Errno.ECONNREFUSED or Errno.ENOENT };
}
