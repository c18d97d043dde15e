using System.Globalization;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The output of <c>corosync-quorumtool -s</c>.</summary>
internal sealed partial record QuorumTool(bool Quorate, string RingId, IReadOnlyList<uint> Members)
{
    public static async Task<QuorumTool> RunAsync(CorosyncNode node)
    {
        CommandResult result = await node.RunAsync("corosync-quorumtool", "-s");
        string Field(string name) =>
            Fields().Matches(result.Output).First(m => m.Groups["name"].Value == name).Groups["value"].Value.Trim();
        IEnumerable<uint> members = MemberLines().Matches(result.Output)
            .Select(m => uint.Parse(m.Groups["id"].Value, CultureInfo.InvariantCulture));
        // The quorum device has a line too, as node 0.
        return new QuorumTool(Field("Quorate") == "Yes", Field("Ring ID"), [.. members.Where(id => id != 0)]);
    }

    [GeneratedRegex(
        @"^(?<name>[\w ]+):(?<value>.*)$",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Fields();

    [GeneratedRegex(
        @"^ +(?<id>\d+) +\d+ ",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex MemberLines();
}
