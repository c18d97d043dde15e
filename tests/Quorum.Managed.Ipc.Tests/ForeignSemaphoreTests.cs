using System.Globalization;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;
using Quorum.Managed.TestSupport.Raw;

namespace Quorum.Managed.Ipc.Tests;

// A daemon built against another C library, in a process of its own: tests/native/standin.c. Debian's musl is older
// than 1.2.4, so the stand-in has the newer algorithm written out. The environment variable MUSL_BIT_CC names a
// compiler with a real newer musl, for example "zig cc -target x86_64-linux-musl".
[TestFixture("glibc")]
[TestFixture("musl")]
[TestFixture("musl from 1.2.4 on")]
public partial class ForeignSemaphoreTests(string library)
{
    private static readonly byte[] Ask = RawPeer.Request(0);
    private string _directory = null!;
    private string _program = null!;

    private string[] Compiler => library switch
    {
        "glibc" => ["gcc", "-pthread"],
        "musl" => ["musl-gcc", "-static"],
        _ when Environment.GetEnvironmentVariable("MUSL_BIT_CC") is { Length: > 0 } real =>
            real.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        _ => ["gcc", "-pthread", "-DMUSL_BIT"],
    };

    [OneTimeSetUp]
    public void Compile()
    {
        _directory = Directory.CreateTempSubdirectory("quorum-standin-").FullName;
        _program = Path.Combine(_directory, "standin");
        _ = NativeProgram.Compile(Compiler, "standin.c", _program, out string? whyNot);
        Requirement.Check(whyNot, Assert.Ignore, Assert.Fail);
    }

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_directory, recursive: true);

    // The client spins when the answer comes at once, and sleeps in the kernel when it comes after 200 us or 3 ms.
    [TestCase(0, 5000, WaitStrategy.Adaptive)]
    [TestCase(0, 5000, WaitStrategy.Blocking)]
    [TestCase(200, 2000, WaitStrategy.Blocking)]
    [TestCase(200, 2000, WaitStrategy.Polling)]
    [TestCase(3000, 300, WaitStrategy.Adaptive)]
    [TestCase(3000, 300, WaitStrategy.Blocking)]
    public async Task Requests_and_events_lose_no_count_and_no_wake_up(int delay, int count, WaitStrategy strategy)
    {
        Match match = await ExchangeAsync(delay, count, strategy);
        Assert.That(match.Groups["rest"].Value, Is.EqualTo("values=0,0,0 waiters=0,0,0"));
    }

    [Test]
    public async Task Waits_are_marked_in_the_daemons_dialect(
        [Values(WaitStrategy.Adaptive, WaitStrategy.Blocking)] WaitStrategy strategy)
    {
        const int Count = 300;
        Match match = await ExchangeAsync(delay: 3000, Count, strategy);
        // glibc counts its waiters and has no mark.
        Group expected = match.Groups[library == "glibc" ? "waiting" : "marked"];
        Assert.That(int.Parse(expected.Value, CultureInfo.InvariantCulture), Is.GreaterThan(Count / 4));
    }

    // One sleep for the response and one for the event, instead of one for each millisecond.
    [Test]
    public void Blocked_wait_sleeps_and_does_not_poll()
    {
        const int Count = 200;
        using Standin standin = new(_program, delay: 3000, Count);
        using IpcConnection connection = Connect(standin, WaitStrategy.Blocking);
        byte[] buffer = new byte[64];
        long before = Sleeps();
        for (int i = 0; i < Count; i++)
        {
            _ = connection.Request(Ask, buffer, Wait.Bound);
            Assert.That(connection.WaitForEvent(Wait.Bound));
            _ = connection.TryReadEvent(buffer);
        }

        Assert.That(Sleeps() - before, Is.LessThan(5 * Count / 2));
    }

    // How often this thread has given up its processor of its own accord.
    private static long Sleeps()
    {
        const string Name = "voluntary_ctxt_switches:";
        string line = File.ReadLines("/proc/thread-self/status")
            .First(static line => line.StartsWith(Name, StringComparison.Ordinal));
        return long.Parse(line[Name.Length..], CultureInfo.InvariantCulture);
    }

    private static IpcConnection Connect(Standin standin, WaitStrategy strategy) => IpcConnection.Connect(new()
    {
        Addresses = [IpcAddress.Abstract(standin.Name)],
        ConnectTimeout = Wait.Bound,
        WaitStrategy = strategy,
    });

    [GeneratedRegex(
        @"^waiting=(?<waiting>\d+) marked=(?<marked>\d+) (?<rest>.*)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Summary();

    // Checks every answer and every event, and returns what the daemon has counted.
    private async Task<Match> ExchangeAsync(int delay, int count, WaitStrategy strategy)
    {
        using Standin standin = new(_program, delay, count);
        using (IpcConnection connection = Connect(standin, strategy))
        {
            byte[] buffer = new byte[64];
            for (int i = 0; i < count; i++)
            {
                int length = i % 4 == 3
                    ? await connection.RequestAsync(Ask, buffer, Wait.Bound)
                    : connection.Request(Ask, buffer, Wait.Bound);
                Assert.That(length, Is.EqualTo(32));
                Assert.That(buffer.Get<int>(24), Is.EqualTo(i));
                Assert.That(connection.WaitForEvent(Wait.Bound));
                Assert.That(connection.TryReadEvent(buffer), Is.EqualTo(60));
                Assert.That(buffer.Get<int>(24), Is.EqualTo(i));
            }
        }

        string end = await standin.EndAsync();
        TestContext.Out.WriteLine($"{library} {delay} us {strategy}: {end}");
        Match match = Summary().Match(end);
        Assert.That(match.Success, end);
        return match;
    }
}
