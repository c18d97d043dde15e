using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Gateway.Tests;

public sealed class HookTests : SimulatedFixture
{
    private string Told => Path.Combine(Folder, "told");

    [Test]
    public async Task Command_is_told_the_state_by_its_environment()
    {
        await using GatewayProcess gateway = await StartLeasedAsync(
            "--on-change",
            $"echo \"$QUORUM_STATE $QUORUM_PREVIOUS_STATE|$QUORUM_REASON|$QUORUM_RING|$QUORUM_MEMBERS" +
            $"|$QUORUM_VALID_UNTIL|$QUORUM_LEASE_END\" >>{Told}");
        await UntilAsync(@"^quorate unknown\|\|1\.[0-9a-f]+\|1 2 3\|20\d\d-[^|]+Z\|\d+$");
        Simulator.Cluster.Partition([1], [2, 3]);
        await UntilAsync(@"^inquorate \w+\|\|1\.[0-9a-f]+\|1\|\|$");
        Simulator.Cluster.Kill(1);
        await UntilAsync(@"^unknown \w+\|disconnected\|");
    }

    // The command holds the first change until the test lets it go. Of those meanwhile only the newest is told.
    [Test]
    public async Task One_runs_at_a_time_and_of_what_comes_meanwhile_the_newest_counts()
    {
        string go = Path.Combine(Folder, "go");
        await using GatewayProcess gateway = await StartLiveAsync(
            "--on-change-timeout",
            "5m",
            "--on-change",
            $"mkdir {Folder}/running || echo two >>{Told}; " +
            $"[ $QUORUM_STATE = unknown ] || echo $QUORUM_RING >>{Told}; " +
            $"while [ ! -e {go} ] && [ -d {Folder} ]; do sleep 0.05; done; rmdir {Folder}/running");
        await gateway.UntilAsync("quorate");
        for (int i = 0; i < 20; i++)
        {
            Simulator.Cluster.Partition([1], [2, 3]);
            await gateway.UntilAsync("inquorate");
            Simulator.Cluster.Heal();
            await gateway.UntilAsync("quorate");
        }

        Simulator.Cluster.Partition([1], [2, 3]);
        string last = (await gateway.UntilAsync("inquorate")).Text("ringId")!;
        // The gateway's loop has handed it to the hook when the events have it.
        await gateway.GetUntilAsync(
            "/status", answer => answer.Json.GetProperty("changes")[0].GetProperty("ringId").GetString() == last, last);
        await File.WriteAllTextAsync(go, "");
        await UntilAsync("^" + last + "$");
        string[] lines = await File.ReadAllLinesAsync(Told);
        Assert.That(lines, Has.None.EqualTo("two"));
        Assert.That(lines, Has.Length.LessThanOrEqualTo(2), "one at its start, and the newest");
    }

    [Test]
    public async Task Command_is_killed_at_its_limit_with_its_children_and_the_next_one_runs()
    {
        // The shell becomes the second sleep, so that its child is killed last.
        await using GatewayProcess gateway = await StartLiveAsync(
            "--on-change-timeout",
            "2s",
            "--on-change",
            $"sleep 1000 & echo $QUORUM_STATE $! >>{Told}; exec sleep 1000");
        await UntilAsync(@"^quorate \d+$");
        await Wait.UntilAsync(
            () => gateway.Process.Error.Contains("was killed", StringComparison.Ordinal), "the complaint");
        Simulator.Cluster.Partition([1], [2, 3]);
        await UntilAsync(@"^inquorate \d+$");
        string[] children = [.. File.ReadLines(Told).Select(static line => line.Split(' ')[1])];
        await Wait.UntilAsync(
            () => children.All(static child => !Directory.Exists("/proc/" + child) || IsZombie(child)),
            "the end of the children");
    }

    [Test]
    public async Task Command_that_fails_or_is_no_command_is_said()
    {
        await using GatewayProcess gateway = await StartLiveAsync("--on-change", "no-such-command");
        await Wait.UntilAsync(
            () => gateway.Process.Error.Contains("ended with 127", StringComparison.Ordinal), "the complaint");
        Assert.That((await gateway.UntilAsync("quorate")).Code, Is.EqualTo(200));
    }

    // Nobody may be there to collect it.
    private static bool IsZombie(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return true;
        }
    }

    private Task UntilAsync(string pattern) => Wait.UntilAsync(
        () => File.Exists(Told) && File.ReadLines(Told).Any(line =>
            System.Text.RegularExpressions.Regex.IsMatch(
                line, pattern, System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1))),
        pattern + " in " + Told);
}
