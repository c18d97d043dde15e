using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Quorum.Managed.Hosting;
using Quorum.Managed.Ipc.Interop;

namespace Quorum.Managed.Gateway;

// The gateway put together: the monitor, the loop, the outputs, and the HTTP server.
internal sealed class GatewayHost : IAsyncDisposable
{
    private const int MostConnections = 8192;
    private const int LongestLine = 4096;
    private const int LongestHeaders = 16 * 1024;

    private static readonly TimeSpan HeaderTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(60);

    // Readers of events are told the end; a client that hangs is not waited for.
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(3);

    private readonly WebApplication _app;

    private GatewayHost(WebApplication app) => _app = app;

    public static GatewayHost Create(GatewayOptions options)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        // Neither variables nor files of ASP.NET set anything here: the command line is all.
        builder.Configuration.Sources.Clear();
        builder.Logging.AddLines();
        AddServices(builder.Services, options);
        builder.WebHost.UseKestrel(kestrel => Configure(kestrel, options));
        WebApplication app = builder.Build();
        Endpoints.Map(app);
        return new GatewayHost(app);
    }

    // Returns whether it ended as it was told to.
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        await _app.StartAsync(cancellationToken);
        ILogger logger = _app.Services.GetRequiredService<ILogger<GatewayHost>>();
        foreach (string address in _app.Urls)
        {
            logger.Listening(address.Replace("http://unix:", "unix:", StringComparison.Ordinal));
        }

        ServiceManager manager = _app.Services.GetRequiredService<ServiceManager>();
        manager.Ready();
        await _app.WaitForShutdownAsync(cancellationToken);
        if (_app.Services.GetRequiredService<NodeWatch>().ExecuteTask is not { IsFaulted: true } loop)
        {
            return true;
        }

        logger.LoopFailed(loop.Exception.InnerException!);
        return false;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    // The monitor is added first, so that it stops last.
    private static void AddServices(IServiceCollection services, GatewayOptions options)
    {
        services.Configure<HostOptions>(static host => host.ShutdownTimeout = StopTime);
        services.AddQuorumMonitor(settings =>
        {
            settings.Name = "gateway";
            settings.Endpoint = options.Connection.Endpoint.ToString();
            settings.SharedMemoryDirectory = options.Connection.SharedMemoryDirectory;
            foreach (uint uid in options.Connection.AdditionalTrustedUids)
            {
                settings.AdditionalTrustedUids.Add(uid);
            }

            settings.MaxMessageSize = options.Connection.MaxMessageSize;
            settings.Model = options.Connection.Model;
            settings.FallBackToV0 = options.Connection.FallBackToV0;
            settings.AssumeModelV1 = options.Connection.AssumeModelV1;
            settings.Assurance = options.Assurance;
            settings.LeaseMargin = options.LeaseMargin;
        });
        services.AddSingleton(options);
        services.AddSingleton(_ => new ClusterPoller(options.Connection, options.Interval));
        services.AddSingleton<ServiceManager>();
        services.AddSingleton<IChangeOutput>(static provider => provider.GetRequiredService<ServiceManager>());
        if (options.StateFile is not null)
        {
            services.AddSingleton<StateFile>();
            services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<StateFile>());
        }

        if (options.OnChange is not null)
        {
            services.AddSingleton<ChangeHook>();
            services.AddSingleton<IChangeOutput>(static provider => provider.GetRequiredService<ChangeHook>());
            services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<ChangeHook>());
        }

        services.AddSingleton<NodeWatch>();
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<NodeWatch>());
        services.AddSingleton<GatewayMetrics>();
    }

    private static void Configure(
        Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, GatewayOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxConcurrentConnections = MostConnections;
        kestrel.Limits.MaxRequestLineSize = LongestLine;
        kestrel.Limits.MaxRequestHeadersTotalSize = LongestHeaders;
        kestrel.Limits.MaxRequestBodySize = 0;
        kestrel.Limits.RequestHeadersTimeout = HeaderTime;
        kestrel.Limits.KeepAliveTimeout = IdleTime;
        foreach (ListenAddress address in options.Listen)
        {
            if (address.SocketPath is { } path)
            {
                RemoveAbandoned(path);
                kestrel.ListenUnixSocket(path);
            }
            else
            {
                kestrel.Listen(address.EndPoint!);
            }
        }
    }

    // A socket file outlives a process that was killed, and nobody could listen there again.
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Kestrel says it.")]
    private static void RemoveAbandoned(string path)
    {
        try
        {
            // Connecting to any other file is refused too, and that file is not the gateway's to delete.
            if (!IsSocket(path))
            {
                return;
            }

            // A listener that accepts nothing must not hold up the start.
            using Socket probe =
                new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
        catch (Exception)
        {
            // Listening fails then, with a better reason.
        }
    }

    private static bool IsSocket(string path)
    {
        const int type = 0xF000; // S_IFMT
        const int socket = 0xC000; // S_IFSOCK
        return FileCalls.Status(path, out int mode, out _) == 0 && (mode & type) == socket;
    }
}
