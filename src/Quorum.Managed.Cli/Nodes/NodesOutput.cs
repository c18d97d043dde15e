using System.Globalization;
using System.Text.Json;

namespace Quorum.Managed.Cli;

// The nodes as a table and as lines of JSON.
internal static class NodesOutput
{
    public const string NotKnown = "-";

    public static void WriteText(TextWriter writer, ClusterView view) => TextTable.Write(
        writer,
        [
            ["NODE", "NAME", "VOTES", "STATE", "ADDRESSES"],
            .. view.Nodes.Select(static node => (string[])
            [
                node.Id.ToString(),
                (node.Name ?? NotKnown) + (node.IsLocal ? " (local)" : ""),
                node.Votes?.ToString(CultureInfo.InvariantCulture) ?? NotKnown,
                NameOf(node.State),
                node.Addresses.Count > 0 ? string.Join(' ', node.Addresses) : NotKnown,
            ]),
        ]);

    public static void WriteJson(TextWriter writer, ClusterView view)
    {
        using JsonLineWriter line = new(writer);
        Utf8JsonWriter json = line.Json;
        foreach (ClusterNode node in view.Nodes)
        {
            json.WriteStartObject();
            json.WriteNumber("id", node.Id.Value);
            json.WriteString("name", node.Name);
            if (node.Votes is { } votes)
            {
                json.WriteNumber("votes", votes);
            }
            else
            {
                json.WriteNull("votes");
            }

            json.WriteString("state", NameOf(node.State));
            json.WriteBoolean("local", node.IsLocal);
            json.WriteStartArray("addresses");
            foreach (string address in node.Addresses)
            {
                json.WriteStringValue(address);
            }

            json.WriteEndArray();
            line.EndLine();
        }
    }

    public static string NameOf(ClusterNodeState state) => state switch
    {
        ClusterNodeState.Member => "member",
        ClusterNodeState.Absent => "absent",
        ClusterNodeState.Leaving => "leaving",
        _ => "unknown",
    };
}
