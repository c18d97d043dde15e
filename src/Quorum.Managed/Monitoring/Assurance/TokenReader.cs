using Quorum.Managed.Ipc;
using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed;

// Reads what a proof needs from the daemon's cmap service. It connects when it is asked, and keeps the connection to
// the statistics map. One call at a time.
internal sealed class TokenReader(CorosyncConnectionOptions options, TimeSpan timeout) : IDisposable
{
    private readonly CorosyncConnectionOptions _options =
        options with { ConnectTimeout = timeout, RequestTimeout = timeout };

    private CmapConnection? _statistics;
    private bool _unavailable;

    // Null if this daemon offers no statistics. Throws QuorumException if this attempt failed. The counter is read
    // first: growth that a new ring caused then comes together with the signs of the new ring.
    public async ValueTask<TokenState?> ReadAsync(CancellationToken cancellationToken)
    {
        if (_unavailable)
        {
            return null;
        }

        try
        {
            _statistics ??= await CmapConnection.ConnectAsync(_options, CmapMap.Statistics, cancellationToken)
                .ConfigureAwait(false);
            ulong? received = await GetAsync("stats.srp.orf_token_rx").ConfigureAwait(false);
            ulong? gather = await GetAsync("stats.srp.gather_entered").ConfigureAwait(false);
            ulong? operational = await GetAsync("stats.srp.operational_entered").ConfigureAwait(false);
            return received is { } tokens && gather is { } gathers && operational is { } rings
                ? new TokenState(tokens, gathers, rings)
                : null;
        }
        catch (QuorumException e)
        {
            Dispose();
            _unavailable = IsUnavailable(e);
            if (_unavailable)
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
            CmapConnection connection = await CmapConnection
                .ConnectAsync(_options, CmapMap.Configuration, cancellationToken)
                .ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                TimeSpan? token = await GetAsync(connection, "token").ConfigureAwait(false);
                TimeSpan? consensus = await GetAsync(connection, "consensus").ConfigureAwait(false);
                TimeSpan? retransmit = await GetAsync(connection, "token_retransmit").ConfigureAwait(false);
                return token is { } t && consensus is { } c && retransmit is { } r ? new TokenTiming(t, c, r) : null;
            }
        }
        catch (QuorumException e) when (IsUnavailable(e))
        {
            return null;
        }

        async ValueTask<TimeSpan?> GetAsync(CmapConnection connection, string name) =>
            await connection.GetUInt64Async("runtime.config.totem." + name, cancellationToken).ConfigureAwait(false)
                is { } ms and > 0 and <= int.MaxValue
                    ? TimeSpan.FromMilliseconds(ms)
                    : null;
    }

    // False too if the daemon does not tell. Throws QuorumException if this attempt failed.
    public async ValueTask<bool> ReadDeviceAsync(CancellationToken cancellationToken)
    {
        try
        {
            CmapConnection connection = await CmapConnection
                .ConnectAsync(_options, CmapMap.Configuration, cancellationToken)
                .ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                return await connection.GetAsync("quorum.device.model", cancellationToken).ConfigureAwait(false)
                    is not null;
            }
        }
        catch (QuorumException e) when (IsUnavailable(e))
        {
            return false;
        }
    }

    public void Dispose()
    {
        _statistics?.Dispose();
        _statistics = null;
    }

    // The quorum service of this daemon is there. A cmap service that is refused or not there is none of this daemon.
    private static bool IsUnavailable(QuorumException error) =>
        error is QuorumConnectException { IsTransient: false }
            or QuorumConnectException { Stage: IpcStage.Connect, Errno: Errno.ECONNREFUSED or Errno.ENOENT };
}
