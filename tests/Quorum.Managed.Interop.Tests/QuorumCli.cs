using System.Globalization;
using System.Text.Json;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The quorum command as a process in a node.</summary>
internal static class QuorumCli
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "quorum.dll");

    public static string[] Command(params string[] arguments) => ["dotnet", Path, .. arguments];

    public static Task<CommandResult> RunAsync(CorosyncNode node, params string[] arguments) =>
        node.RunAsync(Command(arguments));

    public static NodeProcess StartWatch(CorosyncNode node) => node.Start(Command("watch", "--json"));

    /// <summary>Runs a command in a node. It must end with 0.</summary>
    public static async Task SucceedAsync(this CorosyncNode node, params string[] command)
    {
        CommandResult result = await node.RunAsync(command);
        Assert.That(result.ExitCode, Is.Zero, result.ToString());
    }

    public static string[] Lines(CommandResult result) =>
        result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Id, name and votes of each member among what <c>nodes --json</c> tells.</summary>
    public static IEnumerable<string> Members(IEnumerable<JsonElement> nodes) => nodes
        .Where(static node => node.GetProperty("state").GetString() == "member")
        .Select(static node => string.Create(
            CultureInfo.InvariantCulture,
            $"{node.GetProperty("id")} {node.GetProperty("name")} {node.GetProperty("votes")}"));

    public static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement;

    /// <summary>
    /// A line of <c>watch --json</c> in the form of <see cref="NativeEvent.Story"/>. A connection event is its state.
    /// </summary>
    public static string Story(string line)
    {
        JsonElement json = Parse(line);
        return json.GetProperty("event").GetString() switch
        {
            "nodelist" => $"NL {List(json, "members")} j={List(json, "joined")} l={List(json, "left")}",
            "quorum" => $"Q {(json.GetProperty("quorate").GetBoolean() ? 1 : 0)} {List(json, "members")}",
            "connection" => json.GetProperty("state").GetString()!,
            _ => line,
        };
    }

    /// <summary>An array of node ids as <see cref="Story"/> has it: <c>[1 2 3]</c>.</summary>
    public static string List(JsonElement json, string name)
    {
        IEnumerable<string> ids = json.GetProperty(name).EnumerateArray()
            .Select(static id => id.GetUInt32().ToString(CultureInfo.InvariantCulture));
        return $"[{string.Join(' ', ids)}]";
    }

    /// <summary>Reads lines until all these stories have come in this order. Other lines may come in between.</summary>
    public static async Task ExpectAsync(this NodeProcess watch, TimeSpan timeout, params string[] stories)
    {
        List<string> seen = [];
        foreach (string story in stories)
        {
            try
            {
                await watch.ReadUntilAsync(
                    line =>
                    {
                        seen.Add(line);
                        return string.Equals(Story(line), story, StringComparison.Ordinal);
                    },
                    timeout);
            }
            catch (Exception e) when (e is TimeoutException or EndOfStreamException)
            {
                throw new AssertionException($"'{story}' did not come; so far: {string.Join('\n', seen)}", e);
            }
        }
    }
}
