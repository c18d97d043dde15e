using System.Diagnostics;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// A monitor's connection to the daemon. Each request makes a span and a measurement.
internal sealed class MonitorLink : IMonitorLink
{
    private readonly QuorumConnection _connection;
    private readonly MonitorIdentity _monitor;
    private readonly TokenReader? _tokens;

    // tokens: null for none. The link disposes both.
    public MonitorLink(QuorumConnection connection, MonitorIdentity monitor, TokenReader? tokens = null)
    {
        _connection = connection;
        _monitor = monitor;
        _tokens = tokens;
    }

    public QuorumType QuorumType => _connection.QuorumType;

    public static async ValueTask<IMonitorLink> ConnectAsync(
        QuorumMonitorOptions options, CancellationToken cancellationToken)
    {
        Activity? activity = QuorumTelemetry.StartConnect(options.Identity!);
        try
        {
            QuorumConnectionOptions limited = options.Connection with
            {
                RequestTimeout = options.MaxStaleness,
                FallBackToV0 = options.Connection.FallBackToV0 ?? true,
            };
            QuorumConnection connection =
                await QuorumConnection.ConnectAsync(limited, cancellationToken).ConfigureAwait(false);
            activity?.SetTag("server.address", connection.Address.ToString());

            // A cmap service that hangs may cost a part of the time only in which the daemon must answer.
            bool isLeased = options.Assurance == QuorumAssurance.Leased;
            TokenReader tokens = new(options.Connection, options.MaxStaleness / 4, keep: isLeased);
            return new MonitorLink(connection, options.Identity!, tokens);
        }
        catch (Exception e)
        {
            QuorumTelemetry.Fail(activity, e);
            throw;
        }
        finally
        {
            QuorumTelemetry.Stop(activity);
        }
    }

    public IAsyncEnumerable<QuorumNotification> ReadNotificationsAsync(CancellationToken cancellationToken) =>
        _connection.ReadNotificationsAsync(cancellationToken);

    public async ValueTask TrackStartAsync(CancellationToken cancellationToken)
    {
        using RequestMeasure measure = new(_monitor, "trackstart");
        try
        {
            await _connection.TrackStartAsync(TrackFlags.Changes, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            measure.Fail(e);
            throw;
        }
    }

    public async ValueTask<bool> GetQuorateAsync(CancellationToken cancellationToken)
    {
        using RequestMeasure measure = new(_monitor, "getquorate");
        try
        {
            return await _connection.GetQuorateAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            measure.Fail(e);
            throw;
        }
    }

    public ValueTask<TokenState?> ReadTokenAsync(CancellationToken cancellationToken) =>
        _tokens is null ? new((TokenState?)null) : _tokens.ReadAsync(cancellationToken);

    public ValueTask<TokenTiming?> ReadTimingAsync(CancellationToken cancellationToken) =>
        _tokens is null ? new((TokenTiming?)null) : _tokens.ReadTimingAsync(cancellationToken);

    public ValueTask<bool> ReadDeviceAsync(CancellationToken cancellationToken) =>
        _tokens is null ? new(false) : _tokens.ReadDeviceAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _tokens?.Dispose();
        return _connection.DisposeAsync();
    }
}
