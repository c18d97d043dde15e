using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// A daemon stand-in built against another C library, in a process of its own: tests/native/standin.c.
// Debian's musl is 1.2.3; the newer one's algorithm is written out in the stand-in. MUSL_BIT_CC names a compiler for a real one, for example
// "zig cc -target x86_64-linux-musl".
[TestFixture("glibc")]
[TestFixture("musl")]
[TestFixture("musl from 1.2.4 on")]
public partial class ForeignSemaphoreTests(string library)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);
    private static readonly byte[] Ask = RawPeer.Response(0, 16, 0);
    private string _directory = null!;
    private string _program = null!;

    [OneTimeSetUp]
    public void Compile()
    {
        string[] compiler = library switch
        {
            "glibc" => ["gcc", "-pthread"],
            "musl" => ["musl-gcc", "-static"],
            _ when Environment.GetEnvironmentVariable("MUSL_BIT_CC") is { Length: > 0 } real => real.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            _ => ["gcc", "-pthread", "-DMUSL_BIT"],
        };

        _directory = Directory.CreateTempSubdirectory("quorum-standin-").FullName;
        string? program = NativeProgram.Compile(compiler, "standin.c", Path.Combine(_directory, "standin"), out string? whyNot);
        if (program is null)
        {
            Assert.Ignore(whyNot!);
        }

        _program = program!;
    }

    [OneTimeTearDown]
    public void Delete()
    {
        if (_directory is not null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    // At once: mostly caught spinning. 200 us and 3 ms: the client sleeps in the kernel when the answer comes.
    [TestCase(0, 5000, WaitStrategy.Adaptive)]
    [TestCase(0, 5000, WaitStrategy.Blocking)]
    [TestCase(200, 2000, WaitStrategy.Blocking)]
    [TestCase(200, 2000, WaitStrategy.Polling)]
    [TestCase(3000, 300, WaitStrategy.Adaptive)]
    [TestCase(3000, 300, WaitStrategy.Blocking)]
    public async Task Requests_and_events_lose_no_count_and_no_wake_up(int delay, int count, WaitStrategy strategy)
    {
        using Standin standin = new(_program, delay, count);
        using (IpcConnection connection = IpcConnection.Connect(standin.Options with { WaitStrategy = strategy }))
        {
            byte[] buffer = new byte[64];
            for (int i = 0; i < count; i++)
            {
                int length = i % 4 == 3 ? await connection.RequestAsync(Ask, buffer, Long) : connection.Request(Ask, buffer, Long);
                Assert.That(length, Is.EqualTo(32));
                Assert.That(BitConverter.ToInt32(buffer, 24), Is.EqualTo(i));
                Assert.That(connection.WaitForEvent(Long));
                Assert.That(connection.TryReadEvent(buffer), Is.EqualTo(60));
                Assert.That(BitConverter.ToInt32(buffer, 24), Is.EqualTo(i));
            }
        }

        string end = standin.End();
        TestContext.Out.WriteLine($"{library} {delay} us {strategy}: {end}");
        Match match = Summary().Match(end);
        Assert.That(match.Success, end);
        Assert.That(match.Groups["rest"].Value, Is.EqualTo("values=0,0,0 waiters=0,0,0"));
        if (delay == 3000 && library != "glibc")
        {
            Assert.That(int.Parse(match.Groups["marked"].Value, CultureInfo.InvariantCulture), Is.GreaterThan(count / 4), "the waits were not marked in the daemon's dialect");
        }
    }

    [Test]
    public void Blocked_wait_is_woken_and_does_not_poll()
    {
        const int Count = 200;
        using Standin standin = new(_program, 3000, Count);
        using IpcConnection connection = IpcConnection.Connect(standin.Options with { WaitStrategy = WaitStrategy.Blocking });
        byte[] buffer = new byte[64];
        List<double> late = [];
        for (int i = 0; i < Count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            _ = connection.Request(Ask, buffer, Long);
            late.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds - 3);
            Assert.That(connection.WaitForEvent(Long));
            _ = connection.TryReadEvent(buffer);
        }

        late.Sort();
        TestContext.Out.WriteLine(FormattableString.Invariant($"{library}: {late[Count / 2] * 1000:0} us late at the median"));
        Assert.That(late[Count / 10], Is.LessThan(1.0));
    }

    [GeneratedRegex(@"^waiting=(?<waiting>\d+) marked=(?<marked>\d+) (?<rest>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Summary();

    // The process, and the rings that it made.
    private sealed class Standin : IDisposable
    {
        private readonly string _rings = $"/dev/shm/qb-test-{Environment.ProcessId}-{Guid.NewGuid():N}";
        private readonly string _name = $"quorum-test-{Guid.NewGuid():N}";
        private readonly Process _process;

        public Standin(string program, int delay, int count)
        {
            Directory.CreateDirectory(_rings);
            _process = Process.Start(new ProcessStartInfo(program, [_name, _rings, $"{delay}", $"{count}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            Assert.That(_process.StandardOutput.ReadLine(), Is.EqualTo("listening"));
        }

        public IpcConnectionOptions Options => new() { Addresses = [IpcAddress.Abstract(_name)], ConnectTimeout = Long };

        public string End()
        {
            Assert.That(_process.WaitForExit(10_000));
            Assert.That(_process.ExitCode, Is.Zero);
            return _process.StandardOutput.ReadToEnd().Trim();
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
            Directory.Delete(_rings, recursive: true);
        }
    }
}
