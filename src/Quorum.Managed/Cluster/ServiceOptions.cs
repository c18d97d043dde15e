namespace Quorum.Managed;

// The options of one service, with what is common to all taken from others.
internal static class ServiceOptions
{
    public static T Of<T>(CorosyncConnectionOptions common)
        where T : CorosyncConnectionOptions, new() => new T()
        {
            Endpoint = common.Endpoint,
            ConnectTimeout = common.ConnectTimeout,
            RequestTimeout = common.RequestTimeout,
            MaxMessageSize = common.MaxMessageSize,
            SharedMemoryDirectory = common.SharedMemoryDirectory,
            AdditionalTrustedUids = common.AdditionalTrustedUids,
            WaitStrategy = common.WaitStrategy,
        };
}
