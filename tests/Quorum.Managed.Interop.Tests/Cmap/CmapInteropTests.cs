using System.Globalization;
using System.Text.RegularExpressions;
using Quorum.Managed.Protocol;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>Both maps of a real daemon, compared with what corosync-cmapctl says.</summary>
[TestFixture(ClusterIpc.SharedMemory)]
[TestFixture(ClusterIpc.Socket)]
public sealed partial class CmapInteropTests(ClusterIpc ipc) : CorosyncFixture
{
    private const string Counter = "stats.srp.orf_token_rx";

    private CorosyncCluster _cluster = null!;

    private CorosyncNode Node => _cluster.Node(1);

    [OneTimeSetUp]
    public async Task StartCluster() => _cluster = await CorosyncCluster.StartAsync(new() { Ipc = ipc });

    [OneTimeTearDown]
    public async Task StopCluster()
    {
        if (_cluster is not null)
        {
            Assert.That(Node.Log, Does.Not.Contain("crit"));
            await _cluster.DisposeAsync();
        }
    }

    [Test]
    public async Task Token_counter_grows([Values] bool async)
    {
        await using CmapConnection cmap = await ConnectAsync(CmapMap.Statistics, async);
        ulong first = cmap.GetUInt64(Counter)!.Value;
        ulong last = first;
        Wait.Until(() => (last = cmap.GetUInt64(Counter)!.Value) >= first + 3, "three tokens");
        Assert.That(last, Is.LessThan(first + 10_000));
        Assert.That(cmap.TryGet(Counter, out CmapValue value) && value.Type == CmapValueType.U64);
        // A daemon that gets no processor for a while loses its token, and forms its ring once more.
        Assert.That(await cmap.GetUInt64Async("stats.srp.gather_entered"), Is.InRange(1, 100));
        Assert.That(await cmap.GetUInt64Async("stats.srp.operational_entered"), Is.InRange(1, 100));
        Assert.That(await cmap.GetUInt64Async("stats.srp.time_since_token_last_received"), Is.LessThan(60_000));
        Assert.That(cmap.Daemon.ProcessId, Is.EqualTo(Node.Pid));
        Assert.That(cmap.Address.ToString(), Is.EqualTo("abstract:cmap"));
    }

    [TestCase("runtime.config.totem.token")]
    [TestCase("runtime.config.totem.consensus")]
    [TestCase("runtime.config.totem.hold")]
    [TestCase("runtime.config.totem.token_retransmit")]
    public async Task Totem_time_is_what_cmapctl_says(string key)
    {
        await using CmapConnection cmap = await ConnectAsync(CmapMap.Configuration);
        ulong expected = ulong.Parse((await ToolAsync(Node, "icmap", key))[key].Value, CultureInfo.InvariantCulture);
        Assert.That(expected, Is.Positive);
        Assert.That(cmap.GetUInt64(key), Is.EqualTo(expected));
        Assert.That(await cmap.GetUInt64Async(key), Is.EqualTo(expected));
    }

    [Test]
    public async Task Every_key_of_the_configuration_is_what_cmapctl_says()
    {
        await using CmapConnection cmap = await ConnectAsync(CmapMap.Configuration);
        Dictionary<string, (string Type, string Value)> keys = await ToolAsync(Node, "icmap");
        Assert.That(keys, Has.Count.GreaterThan(50));
        foreach ((string key, (string type, string expected)) in keys)
        {
            CmapValue? value = await cmap.GetAsync(key);
            Assert.That(value, Is.Not.Null, key);
            Assert.That(NameOf(value!.Value.Type), Is.EqualTo(type), key);
            if (!key.StartsWith("resources.", StringComparison.Ordinal)) // These are measured again and again.
            {
                Assert.That(TextOf(value.Value), Is.EqualTo(expected), key);
            }
        }
    }

    // The daemon misses its time first, so that the keys exist with which a room that is too small kills it.
    [Test]
    public async Task Every_key_of_the_statistics_is_read_and_the_daemon_lives()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Ipc = ipc });
        CorosyncNode node = cluster.Node(1);
        int pid = node.Pid;
        await cluster.PauseAsync(1);
        Quiet.For(TimeSpan.FromSeconds(1.5));
        await cluster.ContinueAsync(1);
        await using CmapConnection cmap = Connect(node, CmapMap.Statistics);
        await using CmapConnection another = Connect(node, CmapMap.Configuration);
        Wait.Until(() => cmap.TryGet("stats.schedmiss.0.delay", out _), "the daemon to notice that it was stopped");
        Dictionary<string, (string Type, string Value)> keys = await ToolAsync(node, "stats");
        Assert.That(keys.Keys, Has.Some.EqualTo("stats.schedmiss.0.timestamp"));
        Assert.That(keys.Keys, Has.Some.EndsWith(".procname"));
        foreach ((string key, (string type, _)) in keys)
        {
            // The keys of the tool's own connection are gone.
            if (cmap.TryGet(key, out CmapValue value))
            {
                Assert.That(NameOf(value.Type), Is.EqualTo(type), key);
                if (value.TryGetUInt64(out _))
                {
                    Assert.That(cmap.GetUInt64(key), Is.Not.Null, key);
                }
                else
                {
                    Assert.That(() => cmap.GetUInt64(key), Throws.Exception, key);
                }
            }
        }

        Assert.That(cmap.GetUInt64(Counter), Is.Not.Null);
        Assert.That(node.Pid, Is.EqualTo(pid));
        await using CmapConnection again = Connect(node, CmapMap.Statistics);
        Assert.That(again.Daemon.ProcessId, Is.EqualTo(pid));
    }

    [TestCase("i8", "-5", CmapValueType.I8)]
    [TestCase("u8", "200", CmapValueType.U8)]
    [TestCase("i16", "-300", CmapValueType.I16)]
    [TestCase("u16", "60000", CmapValueType.U16)]
    [TestCase("i32", "-70000", CmapValueType.I32)]
    [TestCase("u32", "4000000000", CmapValueType.U32)]
    [TestCase("i64", "-5000000000", CmapValueType.I64)]
    [TestCase("u64", "18446744073709551615", CmapValueType.U64)]
    [TestCase("flt", "1.5", CmapValueType.F32)]
    [TestCase("dbl", "-2.25", CmapValueType.F64)]
    [TestCase("str", "a text, \u00fc", CmapValueType.Text)]
    public async Task Value_that_cmapctl_set_is_read(string type, string text, CmapValueType expected)
    {
        string key = "test." + type;
        await SetAsync(key, type, text);
        await using CmapConnection cmap = await ConnectAsync(CmapMap.Configuration);

        Assert.That(cmap.TryGet(key, out CmapValue value));

        Assert.That(value.Type, Is.EqualTo(expected));
        Assert.That(value.ToString(), Is.EqualTo(text));
        Assert.That(await cmap.GetAsync(key), Is.EqualTo((CmapValue?)value));
        if (value.TryGetUInt64(out ulong number))
        {
            Assert.That(cmap.GetUInt64(key), Is.EqualTo(number));
        }
        else if (value.TryGetInt64(out _))
        {
            Assert.That(() => cmap.GetUInt64(key), Throws.InstanceOf<OverflowException>());
        }
        else
        {
            Assert.That(async () => await cmap.GetUInt64Async(key), Throws.InvalidOperationException);
        }
    }

    [Test]
    public async Task Longest_text_and_longest_binary_are_read_with_the_smallest_rings()
    {
        string text = new('x', 16000);
        string file = Path.GetTempFileName();
        try
        {
            await SetAsync("test.longtext", "str", text);
            byte[] bytes = [.. Enumerable.Range(0, 16384).Select(static i => (byte)i)];
            await File.WriteAllBytesAsync(file, bytes);
            await SetAsync("test.longbinary", "bin", file);
            await using CmapConnection cmap =
                await ConnectAsync(CmapMap.Configuration, async: true, maxMessageSize: 12328);
            Assert.That((await cmap.GetAsync("test.longtext"))?.ToString(), Is.EqualTo(text));
            Assert.That(cmap.TryGet("test.longbinary", out CmapValue binary));
            Assert.That(binary.Type, Is.EqualTo(CmapValueType.Binary));
            Assert.That(binary.ToBytes(), Is.EqualTo(bytes));
            Assert.That(() => cmap.GetUInt64("test.longbinary"), Throws.InvalidOperationException);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Test]
    public async Task Unknown_key_is_no_error_on_either_map(
        [Values(CmapMap.Configuration, CmapMap.Statistics)] CmapMap map)
    {
        await using CmapConnection cmap = await ConnectAsync(map);
        string longest = new('k', 255);
        Assert.That(cmap.TryGet("no.such.key", out _) || cmap.TryGet(longest, out _), Is.False);
        Assert.That(await cmap.GetAsync("no.such.key"), Is.Null);
        Assert.That(cmap.GetUInt64("no.such.key"), Is.Null);
        Assert.That(await cmap.GetUInt64Async(longest), Is.Null);
    }

    [Test]
    public async Task Calls_from_many_threads_take_turns()
    {
        await using CmapConnection cmap = await ConnectAsync(CmapMap.Statistics);
        ulong?[] counters = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ =>
            Task.Run(async () => await cmap.GetUInt64Async(Counter)))).WaitAsync(Patience);
        Assert.That(counters, Has.None.Null);
    }

    [Test]
    public async Task Connection_of_a_daemon_that_stopped_is_closed()
    {
        await using CorosyncCluster cluster = await CorosyncCluster.StartAsync(new() { Ipc = ipc });
        await using CmapConnection cmap = cluster.Node(1).Network.Run(() => CmapConnection.Connect());
        await cluster.StopAsync(1);
        Assert.That(
            async () => await cmap.GetUInt64Async("totem.token"),
            Throws.InstanceOf<QuorumConnectionClosedException>());
    }

    private static string NameOf(CmapValueType type) => type switch
    {
        CmapValueType.F32 => "flt",
        CmapValueType.F64 => "dbl",
        CmapValueType.Text => "str",
        CmapValueType.Binary => "bin",
        _ => type.ToString().ToLowerInvariant(),
    };

    private static string TextOf(CmapValue value) => value.TryGetDouble(out double number)
        ? number.ToString("F6", CultureInfo.InvariantCulture)
        : value.ToString();

    private async Task SetAsync(string key, string type, string value)
    {
        CommandResult result = await Node.RunAsync("corosync-cmapctl", "-s", "--", key, type, value);
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    private static async Task<Dictionary<string, (string Type, string Value)>> ToolAsync(
        CorosyncNode node, string map, string prefix = "")
    {
        CommandResult result = await node.RunAsync("corosync-cmapctl", "-m", map, prefix);
        return KeyLines().Matches(result.Output)
            .Where(static match => match.Groups["value"].Success && !IsOfTheTests(match.Groups["key"].Value))
            .ToDictionary(
                static match => match.Groups["key"].Value,
                static match => (match.Groups["type"].Value, match.Groups["value"].Value));

        // The other tests of this fixture set and change them meanwhile.
        static bool IsOfTheTests(string key) => key.StartsWith("test.", StringComparison.Ordinal);
    }

    private static CmapConnection Connect(CorosyncNode node, CmapMap map) =>
        node.Network.Run(() => CmapConnection.Connect(map: map));

    // In the node's network namespace, where its abstract addresses are. An asynchronous connect over sockets would go
    // on in another.
    private Task<CmapConnection> ConnectAsync(CmapMap map, bool async = true, int maxMessageSize = 65536)
    {
        CorosyncConnectionOptions options = new()
        {
            Endpoint = QuorumEndpoint.Abstract("quorum"),
            MaxMessageSize = maxMessageSize,
        };
        return Node.Network.RunAsync(async () => async && ipc == ClusterIpc.SharedMemory
            ? await CmapConnection.ConnectAsync(options, map)
            : CmapConnection.Connect(options, map));
    }

    [GeneratedRegex(
        @"^(?<key>\S+) \((?<type>\w+)\)( = (?<value>.*))?$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex KeyLines();
}
