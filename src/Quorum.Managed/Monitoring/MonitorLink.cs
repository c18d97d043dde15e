using System.Diagnostics;
using Quorum.Managed.Protocol;

namespace Quorum.Managed;

// A monitor's connection to the daemon. Each request makes a span and a measurement.
internal sealed class MonitorLink : IMonitorLink
{
    private readonly QuorumConnection _connection;
    private readonly string _name;

    public MonitorLink(QuorumConnection connection, string name)
    {
        _connection = connection;
        _name = name;
    }

    public QuorumType QuorumType => _connection.QuorumType;

    public static async ValueTask<IMonitorLink> ConnectAsync(
        QuorumMonitorOptions options, CancellationToken cancellationToken)
    {
        using Activity? activity = QuorumTelemetry.StartConnect(options);
        try
        {
            QuorumConnectionOptions limited = options.Connection with { RequestTimeout = options.MaxStaleness };
            QuorumConnection connection =
                await QuorumConnection.ConnectAsync(limited, cancellationToken).ConfigureAwait(false);
            activity?.SetTag("server.address", connection.Address.ToString());
            return new MonitorLink(connection, options.Name);
        }
        catch (Exception e)
        {
            QuorumTelemetry.Fail(activity, e);
            throw;
        }
    }

    public IAsyncEnumerable<QuorumNotification> ReadNotificationsAsync(CancellationToken cancellationToken) =>
        _connection.ReadNotificationsAsync(cancellationToken);

    public async ValueTask TrackStartAsync(CancellationToken cancellationToken)
    {
        using RequestMeasure measure = new(_name, "trackstart");
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
        using RequestMeasure measure = new(_name, "getquorate");
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

    public ValueTask<TokenState?> ReadTokenAsync(CancellationToken cancellationToken) => new((TokenState?)null);

    public ValueTask<TokenTiming?> ReadTimingAsync(CancellationToken cancellationToken) => new((TokenTiming?)null);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
