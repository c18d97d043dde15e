using System.Globalization;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.ServicesBesideNative;

/// <summary>
/// Plays a scenario on both sides at once, connected to node 1 of the same cluster. After each step the outcomes are
/// compared, and at the steps that say so the events. The steps are the calls of <see cref="IServicesSide"/>, and:
/// <list type="bullet">
/// <item>events N: until both have been told N events; until TEXT: until an event with this text has come</item>
/// <item>set KEY TYPE VALUE, delete KEY: by corosync-cmapctl; what is left is deleted at the end</item>
/// <item>expected N, or same: by corosync-quorumtool; ask: corosync-cfgtool -H; refused: it has failed</item>
/// <item>partition, heal, stop-node, kill-node, start-node; members: until the nodes see exactly each other</item>
/// </list>
/// </summary>
internal sealed class ServiceScenarioRunner(CorosyncCluster cluster) : IAsyncDisposable
{
    private readonly NativeSide _native = new(cluster.Node(1));
    private readonly ManagedSide _managed = new(cluster.Node(1));
    private readonly HashSet<string> _keys = [];
    private readonly List<string> _story = [];
    private NodeProcess? _asking;

    private CorosyncNode Node => cluster.Node(1);

    public async Task PlayAsync(string scenario)
    {
        foreach (string step in scenario.Split(';', StringSplitOptions.TrimEntries))
        {
            _story.Add(step);
            string[] words = step.Split(' ');
            if (await WorldAsync(words[0], words[1..]))
            {
                continue;
            }

            switch (words[0])
            {
                case "events":
                    int count = (int)Number(words[1]);
                    CompareEvents(side => side.Events.Count >= count ? count : null);
                    break;
                case "until":
                    string text = step["until ".Length..];
                    CompareEvents(side => side.Events.FindIndex(e => e.Contains(text, StringComparison.Ordinal)) + 1
                        is > 0 and int found ? found : null);
                    break;
                default:
                    string native = Call(_native, words);
                    string managed = Call(_managed, words);
                    _story.Add("  = " + native);
                    Assert.That(managed, Is.EqualTo(native), Story);
                    break;
            }
        }

        CompareEvents(side => side.Events.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _native.Dispose();
        _managed.Dispose();
        if (_asking is not null)
        {
            await _asking.DisposeAsync();
        }

        foreach (string key in _keys)
        {
            await Node.RunAsync("corosync-cmapctl", "-d", key);
        }
    }

    private string Story() => string.Join('\n', _story);

    private static uint Number(string text) => uint.Parse(text, CultureInfo.InvariantCulture);

    private static string Call(IServicesSide side, string[] words) => words[0] switch
    {
        "info" => side.Info(Number(words[1])),
        "votes-track" => side.VotesTrack(Number(words[1]), ulong.Parse(words[2], CultureInfo.InvariantCulture)),
        "votes-stop" => side.VotesStop(),
        "get" => side.Get(words[1], words[2]),
        "list" => side.List(words[1], words[2] == "-" ? "" : words[2]),
        "watch" => side.Watch(words[1], (int)Number(words[2]), words[3], (int)Number(words[4])),
        "unwatch" => side.Unwatch(words[1], (int)Number(words[2])),
        "local" => side.LocalNode(),
        "addrs" => side.Addresses(Number(words[1])),
        "status" => side.Status(Number(words[1])),
        "cfg-track" => side.CfgTrack(),
        "cfg-stop" => side.CfgStop(),
        "reply" => side.Reply(words[1] == "yes"),
        "dispatch" => side.Dispatch(),
        _ => throw new InvalidOperationException($"There is no step {words[0]}."),
    };

    // Hands events out on both sides until each has as many as the function says, and compares these. Which service is
    // dispatched first is not compared: they are separate connections.
    private void CompareEvents(Func<IServicesSide, int?> enough)
    {
        IServicesSide[] sides = [_native, _managed];
        (string What, List<string> Events)[] told = [.. sides.Select(side =>
        {
            int? count = null;
            Wait.Until(
                () =>
                {
                    Assert.That(side.Dispatch(), Is.EqualTo("ok"), Story);
                    return (count = enough(side)) is not null;
                },
                $"events of {side.GetType().Name}: {string.Join(" | ", side.Events)} after {Story()}");
            return (side.GetType().Name, side.Events.Take(count!.Value).OrderBy(ServiceOf).ToList());
        })];
        _story.AddRange(told[0].Events.Select(static e => "  > " + e));
        Assert.That(told[1].Events, Is.EqualTo(told[0].Events), Story);
        foreach (IServicesSide side in sides)
        {
            // Counts are of all events of a scenario; the text of "until" must come anew.
            int seen = told[0].Events.Count;
            if (_story.Any(static line => line.StartsWith("until", StringComparison.Ordinal)))
            {
                side.Events.RemoveRange(0, seen);
            }
        }

        static string ServiceOf(string e) => e.Split(' ', ':')[0];
    }

    private async Task<bool> WorldAsync(string verb, string[] words)
    {
        switch (verb)
        {
            case "set":
                _keys.Add(words[0]);
                await RunAsync("corosync-cmapctl", ["-s", "--", .. words]);
                return true;
            case "delete":
                _keys.Remove(words[0]);
                await RunAsync("corosync-cmapctl", "-d", words[0]);
                return true;
            case "expected":
                string votes = words[0] == "same"
                    ? cluster.Nodes.Count.ToString(CultureInfo.InvariantCulture)
                    : words[0];
                await RunAsync("corosync-quorumtool", "-e", votes);
                return true;
            case "ask":
                _asking = Node.Start("corosync-cfgtool", "-H");
                return true;
            case "refused":
                CommandResult result = await _asking!.WaitAsync(Wait.Bound);
                // CS_ERR_BUSY. The tool exits with 0 all the same.
                Assert.That(result.Error, Does.Contain("error = 10"));
                return true;
            case "partition":
                await cluster.PartitionAsync([.. words.Select(static group => group.Replace(',', ' '))]);
                return true;
            case "heal":
                await cluster.HealAsync();
                return true;
            case "stop-node":
                await cluster.StopAsync((int)Number(words[0]));
                return true;
            case "kill-node":
                await cluster.KillAsync((int)Number(words[0]));
                return true;
            case "start-node":
                await cluster.StartNodeAsync((int)Number(words[0]));
                return true;
            case "members":
                await cluster.WaitMembersAsync(words[0].Split(',').Select(static id => (int)Number(id)));
                return true;
            default:
                return false;
        }
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        CommandResult result = await Node.RunAsync([program, .. arguments]);
        Assert.That(
            result.ExitCode, Is.Zero, $"{program} {string.Join(' ', arguments)}: {result.Error}{result.Output}");
    }
}
