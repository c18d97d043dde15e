using System.Globalization;
using System.Text.Json;

namespace Quorum.Managed.Cli;

// The nodes as a table and as lines of JSON.
internal static class NodesOutput
{
    public const string NotKnown = "-";

    private static readonly string[] Header = ["NODE", "NAME", "VOTES", "STATE", "ADDRESSES"];

    public static void WriteText(TextWriter writer, ClusterView view) =>
        TextTable.Write(writer, [Header, .. view.Nodes.Select(Cells)]);

    public static void WriteJson(TextWriter writer, ClusterView view)
    {
        using JsonLineWriter line = new(writer);
        foreach (ClusterNode node in view.Nodes)
        {
            WriteFields(line, node);
            line.EndLine();
        }
    }

    public static FollowedTable Table(ClusterView view) => new(
        Header,
        [
            .. view.Nodes.Select(static node => new FollowedRow(
                node.Id.ToString(),
                Cells(node),
                node.State is ClusterNodeState.Absent or ClusterNodeState.Unknown,
                line => WriteFields(line, node))),
        ],
        ViewQuestion.WhatLacks(view),
        IsWhole: !view.Part(ClusterPartKind.Configuration).IsMissing && !view.Part(ClusterPartKind.Quorum).IsMissing);

    private static string[] Cells(ClusterNode node) =>
    [
        node.Id.ToString(),
        (node.Name ?? NotKnown) + (node.IsLocal ? " (local)" : ""),
        node.Votes?.ToString(CultureInfo.InvariantCulture) ?? NotKnown,
        NameOf(node.State),
        node.Addresses.Count > 0 ? string.Join(' ', node.Addresses) : NotKnown,
    ];

    private static void WriteFields(JsonLineWriter line, ClusterNode node)
    {
        Utf8JsonWriter json = line.Json;
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
    }

    public static string NameOf(ClusterNodeState state) => state switch
    {
        ClusterNodeState.Member => "member",
        ClusterNodeState.Absent => "absent",
        ClusterNodeState.Leaving => "leaving",
        _ => "unknown",
    };
}
