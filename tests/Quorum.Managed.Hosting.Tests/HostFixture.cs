using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quorum.Managed.Protocol;
using Quorum.Managed.Tests;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Hosting.Tests;

// A host with a monitor before a daemon that the test plays, on a clock that moves only when told.
public abstract class HostFixture
{
    private protected static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private protected static readonly RingId Ring = new(new NodeId(1), 0xd);
    private protected static readonly NodeList All = NodeList.Create([new(1), new(2), new(3)]);

    private protected FakeDaemon Daemon { get; private set; } = null!;

    private protected FakeTimeProvider Time { get; private set; } = null!;

    private protected LogRecorder Logs { get; private set; } = null!;

    [SetUp]
    public void CreateDaemon()
    {
        Daemon = new FakeDaemon();
        Time = new FakeTimeProvider();
        Logs = new LogRecorder();
    }

    private protected IHost Build(Action<HostApplicationBuilder>? configure = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(Logs);
        builder.Services.AddSingleton<TimeProvider>(Time);
        builder.Services.AddSingleton(new QuorumMonitor(new() { Name = TestContext.CurrentContext.Test.Name }, Time, Daemon.ConnectAsync));
        builder.Services.AddQuorumMonitor();
        configure?.Invoke(builder);
        return builder.Build();
    }

    private protected static async Task WaitAsync(QuorumMonitor monitor, Predicate<QuorumSnapshot> condition)
    {
        using CancellationTokenSource limit = new(Bound);
        await foreach (QuorumSnapshot snapshot in monitor.WatchAsync(limit.Token))
        {
            if (condition(snapshot))
            {
                return;
            }
        }
    }

    internal sealed class LogRecorder : ILoggerProvider, ILogger
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        // The monitor's changes come on the thread pool.
        public async Task WaitAsync(string text)
        {
            using CancellationTokenSource limit = new(Bound);
            while (await _lines.Reader.ReadAsync(limit.Token) != text)
            {
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Writer.TryWrite(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
