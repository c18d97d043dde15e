using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Quorum.Managed.Protocol;
using Quorum.Managed.Tests;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Hosting.Tests;

// A host with a monitor that is connected to a fake daemon, on a clock that only the test moves.
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
        QuorumMonitorOptions options = new() { Name = TestContext.CurrentContext.Test.Name };
        builder.Services.AddSingleton(new QuorumMonitor(options, Time, Daemon.ConnectAsync));
        builder.Services.AddQuorumMonitor();
        configure?.Invoke(builder);
        return builder.Build();
    }

    private protected static async Task WaitAsync(QuorumMonitor monitor, Predicate<QuorumSnapshot> condition)
    {
        using CancellationTokenSource limit = new(Bound);
        try
        {
            await foreach (QuorumSnapshot snapshot in monitor.WatchAsync(limit.Token))
            {
                if (condition(snapshot))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"The expected snapshot did not come. The monitor says: {monitor.Current}", e);
        }

        throw new InvalidOperationException($"The monitor ended before the expected snapshot: {monitor.Current}");
    }

    internal sealed class LogRecorder : ILoggerProvider, ILogger
    {
        private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

        // Reads the log up to a line. The monitor's changes are logged on the thread pool, so the line may come later.
        public async Task WaitAsync(string text)
        {
            using CancellationTokenSource limit = new(Bound);
            List<string> read = [];
            try
            {
                while (!read.Contains(text))
                {
                    read.Add(await _lines.Reader.ReadAsync(limit.Token));
                }
            }
            catch (OperationCanceledException e)
            {
                throw new TimeoutException($"'{text}' was not logged, but: {string.Join("; ", read)}", e);
            }
        }

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => _lines.Writer.TryWrite(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
