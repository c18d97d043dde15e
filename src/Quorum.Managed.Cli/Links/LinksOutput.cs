using System.Globalization;
using System.Text.Json;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// The links as a table and as lines of JSON.
internal static class LinksOutput
{
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

    private static void WriteText(TextWriter writer, IReadOnlyList<LinkLine> lines) => TextTable.Write(
        writer,
        [
            ["NODE", "NAME", "LINK", "ENABLED", "CONNECTED", "MTU", "ADDRESSES"],
            .. lines.Select(static line => (string[])
            [
                line.Node.ToString(),
                line.Name ?? NodesOutput.NotKnown,
                line.Link.Number.ToString(CultureInfo.InvariantCulture),
                YesNo(line.Link.IsEnabled),
                line.IsConnected is { } connected ? YesNo(connected) : "not tested",
                line.Link.Mtu.ToString(CultureInfo.InvariantCulture),
                Addresses(line.Link),
            ]),
        ]);

    private static void WriteJson(TextWriter writer, IReadOnlyList<LinkLine> lines)
    {
        using JsonLineWriter line = new(writer);
        Utf8JsonWriter json = line.Json;
        foreach (LinkLine link in lines)
        {
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
            line.EndLine();
        }
    }

    private static string YesNo(bool value) => value ? "yes" : "no";

    private static string Addresses(CfgLink link) =>
        link.Destination.Length > 0 ? $"{link.Source} -> {link.Destination}" : link.Source;
}
