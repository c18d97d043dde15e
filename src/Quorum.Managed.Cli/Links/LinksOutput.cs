using System.Globalization;
using System.Text.Json;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// The links as a table and as lines of JSON.
internal static class LinksOutput
{
    private static readonly string[] Header = ["NODE", "NAME", "LINK", "ENABLED", "CONNECTED", "MTU", "ADDRESSES"];

    public static void Write(TextWriter writer, IReadOnlyList<LinkLine> lines, bool json)
    {
        if (json)
        {
            WriteJson(writer, lines);
        }
        else
        {
            WriteText(writer, lines);
        }
    }

    public static FollowedTable Table(IReadOnlyList<LinkLine> lines, string? doubt, bool isWhole) => new(
        Header,
        [
            .. lines.Select(static line => new FollowedRow(
                string.Create(CultureInfo.InvariantCulture, $"{line.Node} {line.Link.Number}"),
                Cells(line),
                line.IsDown,
                writer => WriteFields(writer, line))),
        ],
        doubt,
        isWhole);

    private static void WriteText(TextWriter writer, IReadOnlyList<LinkLine> lines) =>
        TextTable.Write(writer, [Header, .. lines.Select(Cells)]);

    private static void WriteJson(TextWriter writer, IReadOnlyList<LinkLine> lines)
    {
        using JsonLineWriter line = new(writer);
        foreach (LinkLine link in lines)
        {
            WriteFields(line, link);
            line.EndLine();
        }
    }

    private static string[] Cells(LinkLine line) =>
    [
        line.Node.ToString(),
        line.Name ?? NodesOutput.NotKnown,
        line.Link.Number.ToString(CultureInfo.InvariantCulture),
        YesNo(line.Link.IsEnabled),
        line.IsConnected is { } connected ? YesNo(connected) : "not tested",
        line.Link.Mtu.ToString(CultureInfo.InvariantCulture),
        Addresses(line.Link),
    ];

    private static void WriteFields(JsonLineWriter line, LinkLine link)
    {
        Utf8JsonWriter json = line.Json;
        json.WriteStartObject();
        json.WriteNumber("node", link.Node.Value);
        json.WriteString("name", link.Name);
        json.WriteNumber("link", link.Link.Number);
        json.WriteBoolean("enabled", link.Link.IsEnabled);
        if (link.IsConnected is { } connected)
        {
            json.WriteBoolean("connected", connected);
        }
        else
        {
            json.WriteNull("connected");
        }

        json.WriteNumber("mtu", link.Link.Mtu);
        json.WriteString("source", link.IsTested ? link.Link.Source : null);
        json.WriteString("destination", link.IsTested ? link.Link.Destination : link.Link.Source);
    }

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Addresses(CfgLink link) =>
        link.Destination.Length > 0 ? $"{link.Source} -> {link.Destination}" : link.Source;
}
