using System.Globalization;
using System.Text.Json;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Gateway.Tests;

public sealed class StateFileTests : SimulatedFixture
{
    private const int Stop = 19;

    private string File => Path.Combine(Folder, "state");

    [Test]
    public async Task Keepalived_format_is_0_while_quorate_and_its_time_is_the_end()
    {
        await System.IO.File.WriteAllTextAsync(File, "0\n");
        await using GatewayProcess gateway = await StartLeasedAsync("--state-file", File);
        Assert.That(Content(), Is.EqualTo("1\n"), "what an earlier gateway left");
        await UntilAsync("0\n");
        // The end of a lease that the gateway had then. What it has later ends no sooner.
        DateTime written = System.IO.File.GetLastWriteTimeUtc(File);
        DateTimeOffset end = DateTimeOffset.Parse(
            (await gateway.GetAsync("/readyz")).Text("validUntil")!, CultureInfo.InvariantCulture);
        Assert.That(written, Is.LessThanOrEqualTo(end.UtcDateTime));
        Assert.That(written, Is.GreaterThan(DateTime.UtcNow.AddMinutes(-1)), "no time of the file's own");

        Simulator.Cluster.Partition([1], [2, 3]);
        await UntilAsync("1\n");
        Simulator.Cluster.Heal();
        await UntilAsync("0\n");
        gateway.Process.Signal(NodeProcess.Terminate);
        await gateway.Process.WaitAsync(Wait.Bound);
        Assert.That(Content(), Is.EqualTo("1\n"));
        Assert.That(Directory.GetFiles(Folder), Has.Length.EqualTo(1), "nothing half written is left");
    }

    [Test]
    public async Task Json_format_has_both_ends_of_a_yes_and_none_of_a_no()
    {
        string file = File + ".json";
        await using GatewayProcess gateway = await StartLeasedAsync("--state-file", file);
        JsonElement json = await JsonUntilAsync("quorate");
        DateTimeOffset end = json.GetProperty("validUntil").GetDateTimeOffset();
        Assert.That(json.GetProperty("quorate").GetBoolean(), Is.True);
        Assert.That(end, Is.GreaterThan(DateTimeOffset.UtcNow));
        Assert.That(json.GetProperty("leaseEndBoottimeNanoseconds").GetInt64(), Is.GreaterThan(0));
        Assert.That(json.GetProperty("ringId").GetString(), Is.Not.Empty);

        Simulator.Cluster.Partition([1], [2, 3]);
        json = await JsonUntilAsync("inquorate");
        Assert.That(json.GetProperty("quorate").GetBoolean(), Is.False);
        Assert.That(json.GetProperty("validUntil").ValueKind, Is.EqualTo(JsonValueKind.Null));
        gateway.Process.Signal(NodeProcess.Kill);
        await JsonUntilAsync("unknown");

        async Task<JsonElement> JsonUntilAsync(string state)
        {
            await Wait.UntilAsync(
                () => JsonDocument.Parse(System.IO.File.ReadAllText(file)).RootElement.GetProperty("state")
                    .GetString() == state,
                state);
            return JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(file)).RootElement;
        }
    }

    [TestCase("leased")]
    [TestCase("live")]
    public async Task Killed_gateway_leaves_not_before_the_end_of_the_yes(string assurance)
    {
        await using GatewayProcess gateway = await StartLeasedAsync("--state-file", File, "--assurance", assurance);
        await UntilAsync("0\n");
        gateway.Process.Signal(NodeProcess.Kill);
        await AssertNotInTimeAsync();
        await gateway.Process.WaitAsync(Wait.Bound);
    }

    // A stopped gateway closes nothing: here the keeper's own clock counts.
    [TestCase("leased")]
    [TestCase("live")]
    public async Task Stopped_gateway_leaves_not_at_the_end_of_the_yes(string assurance)
    {
        await using GatewayProcess gateway = await StartLeasedAsync("--state-file", File, "--assurance", assurance);
        await UntilAsync("0\n");
        gateway.Process.Signal(Stop);
        await UntilAsync("1\n");
    }

    [Test]
    public async Task Killed_keeper_is_replaced_and_that_is_said()
    {
        await using GatewayProcess gateway = await StartLiveAsync("--state-file", File);
        await UntilAsync("0\n");
        int keeper = Keeper(gateway);
        await SignalAsync(keeper, "KILL");
        await Wait.UntilAsync(() => Keeper(gateway) is var other && other != 0 && other != keeper, "another keeper");
        Simulator.Cluster.Partition([1], [2, 3]);
        await gateway.UntilAsync("inquorate");
        await UntilAsync("1\n");
        Simulator.Cluster.Heal();
        await UntilAsync("0\n");
        Assert.That(gateway.Process.Error, Does.Contain("Another is started"));
    }

    // A keeper that is stopped keeps to no end. The gateway sees that the file does not say what was told.
    [Test]
    public async Task Stopped_keeper_is_replaced_when_quorum_is_lost()
    {
        await using GatewayProcess gateway = await StartLiveAsync("--state-file", File);
        await UntilAsync("0\n");
        int keeper = Keeper(gateway);
        await SignalAsync(keeper, "STOP");
        Simulator.Cluster.Partition([1], [2, 3]);
        await UntilAsync("1\n");
        Simulator.Cluster.Heal();
        await UntilAsync("0\n");
        Assert.That(Keeper(gateway), Is.Not.EqualTo(keeper));
        Assert.That(gateway.Process.Error, Does.Contain("does not write"));
    }

    // A terminal's Ctrl-C and systemd's stop go to the whole group.
    [Test]
    public async Task Signals_do_not_end_the_keeper_before_the_gateway()
    {
        await using GatewayProcess gateway = await StartLiveAsync("--state-file", File);
        await UntilAsync("0\n");
        int keeper = Keeper(gateway);
        await SignalAsync(keeper, "TERM");
        await SignalAsync(keeper, "INT");
        Simulator.Cluster.Partition([1], [2, 3]);
        await UntilAsync("1\n");
        Simulator.Cluster.Heal();
        await UntilAsync("0\n");
        Assert.That(Keeper(gateway), Is.EqualTo(keeper));
    }

    [Test]
    public async Task Folder_that_vanishes_is_said_once_and_the_file_comes_back_with_it()
    {
        string folder = Path.Combine(Folder, "sub");
        string file = Path.Combine(folder, "state");
        Directory.CreateDirectory(folder);
        await using GatewayProcess gateway = await StartLiveAsync("--state-file", file);
        await Wait.UntilAsync(() => System.IO.File.ReadAllText(file) == "0\n", "quorate");
        // In one step: the keeper may be writing there.
        Directory.Move(folder, folder + ".away");
        // Each of these is one more attempt.
        for (int i = 0; i < 3; i++)
        {
            Simulator.Cluster.Partition([1], [2, 3]);
            await gateway.UntilAsync("inquorate");
            Simulator.Cluster.Heal();
            await gateway.UntilAsync("quorate");
        }

        await Wait.UntilAsync(
            () => gateway.Process.Error.Contains("cannot be written", StringComparison.Ordinal), "the complaint");
        Directory.CreateDirectory(folder);
        await Wait.UntilAsync(
            () => System.IO.File.Exists(file) && System.IO.File.ReadAllText(file) == "0\n", "the file");
        await Wait.UntilAsync(
            () => gateway.Process.Error.Contains("is written again", StringComparison.Ordinal), "the good news");
        Assert.That(gateway.Process.Error.Split("cannot be written"), Has.Length.EqualTo(2), gateway.Process.Error);
    }

    private string Content() => System.IO.File.ReadAllText(File);

    private Task UntilAsync(string content) => Wait.UntilAsync(() => Content() == content, content);

    // The file carried its end when the gateway was killed. Reads until "not" and compares the two times.
    private async Task AssertNotInTimeAsync()
    {
        DateTime end = System.IO.File.GetLastWriteTimeUtc(File);
        await UntilAsync("1\n");
        Assert.That(System.IO.File.GetLastWriteTimeUtc(File), Is.LessThanOrEqualTo(end));
    }

    private static async Task SignalAsync(int pid, string signal)
    {
        await using NodeProcess kill = NodeProcess.Start(
            ["kill", "-" + signal, pid.ToString(CultureInfo.InvariantCulture)], [], keepOutput: true);
        Assert.That((await kill.WaitAsync(Wait.Bound)).ExitCode, Is.Zero);
    }

    // Empty if the thread has just ended.
    private static string ChildrenOf(string task)
    {
        try
        {
            return System.IO.File.ReadAllText(Path.Combine(task, "children"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    // A child belongs to the thread that started it.
    private static int Keeper(GatewayProcess gateway) => Directory
        .GetDirectories($"/proc/{gateway.Process.Pid}/task")
        .SelectMany(static task => ChildrenOf(task).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(static pid => int.Parse(pid, CultureInfo.InvariantCulture))
        .LastOrDefault();
}
