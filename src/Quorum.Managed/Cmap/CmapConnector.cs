using Quorum.Managed.Protocol;
using Quorum.Managed.Protocol.Cmap;

namespace Quorum.Managed;

// Connects to cmap and chooses the map.
internal static class CmapConnector
{
    public static T Connect<T>(
        CorosyncConnectionOptions? options, CmapMap map, Func<ServiceConnection, CmapMap, T> finish)
    {
        CorosyncConnectionOptions checkedOptions = Checked(options, map);
        return ServiceConnector.Connect(
            checkedOptions,
            WireLimits.CmapServiceName,
            WireLimits.LargestCmapEventSize,
            (service, deadline) =>
            {
                if (map == CmapMap.Statistics)
                {
                    CheckVersion(service, service.Exchange<OldDaemonProbeRequest, OldDaemonProbeResponse>(
                        default, deadline, checkedOptions.ConnectTimeout));
                    CheckMap(service, service.Exchange<SetCurrentMapRequest, StatusResponse>(
                        new(map), deadline, checkedOptions.ConnectTimeout));
                }

                return finish(service, map);
            });
    }

    public static ValueTask<T> ConnectAsync<T>(
        CorosyncConnectionOptions? options,
        CmapMap map,
        Func<ServiceConnection, CmapMap, T> finish,
        CancellationToken cancellationToken)
    {
        CorosyncConnectionOptions checkedOptions = Checked(options, map);
        return ServiceConnector.ConnectAsync(
            checkedOptions,
            WireLimits.CmapServiceName,
            WireLimits.LargestCmapEventSize,
            async (service, deadline) =>
            {
                if (map == CmapMap.Statistics)
                {
                    CheckVersion(service, await service
                        .ExchangeAsync<OldDaemonProbeRequest, OldDaemonProbeResponse>(
                            default, deadline, checkedOptions.ConnectTimeout, cancellationToken)
                        .ConfigureAwait(false));
                    CheckMap(service, await service
                        .ExchangeAsync<SetCurrentMapRequest, StatusResponse>(
                            new(map), deadline, checkedOptions.ConnectTimeout, cancellationToken)
                        .ConfigureAwait(false));
                }

                return finish(service, map);
            },
            cancellationToken);
    }

    // With rings that hold the longest answer and the longest event: the daemon drops a longer answer, and after a
    // longer event it sends no event any more.
    private static CorosyncConnectionOptions Checked(CorosyncConnectionOptions? options, CmapMap map)
    {
        if (map is not (CmapMap.Configuration or CmapMap.Statistics))
        {
            throw new ArgumentOutOfRangeException(nameof(map), map, "Not a map: Configuration or Statistics.");
        }

        options ??= new CorosyncConnectionOptions();
        options.Validate();
        bool isSmall = options.MaxMessageSize is >= WireLimits.MinMaxMessageSize and < WireLimits.CmapMaxMessageSize;
        return isSmall ? options with { MaxMessageSize = WireLimits.CmapMaxMessageSize } : options;
    }

    // SET_CURRENT_MAP comes after this only.
    private static void CheckVersion(ServiceConnection service, OldDaemonProbeResponse answer)
    {
        switch (answer.Error)
        {
            case CorosyncError.Ok:
                throw CmapErrors.OldDaemon(service.Ipc.Address);
            case CorosyncError.NotExist:
                return;
            default:
                throw CmapErrors.VersionUnknown(service.Ipc.Address, answer.Error);
        }
    }

    private static void CheckMap(ServiceConnection service, StatusResponse answer)
    {
        if (answer.Error != CorosyncError.Ok)
        {
            throw CmapErrors.NoStatistics(service.Ipc.Address, answer.Error);
        }
    }
}
