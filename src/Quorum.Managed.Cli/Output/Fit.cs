using System.Text;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli.Output;

// Text cut to a number of columns.
internal static class Fit
{
    private const string Cut = "...";

    // A range saves nothing below this many nodes.
    private const int ShortestRange = 3;

    public static string Text(string text, int width) => text.Length <= width ? text
        : width > Cut.Length ? text[..(width - Cut.Length)] + Cut
        : text[..Math.Max(0, width)];

    // 1 2 3 4 7, or if that is too long, 1-4 7.
    public static string Nodes(NodeList nodes, int width)
    {
        string all = string.Join(' ', nodes);
        return all.Length <= width ? all : Text(Ranges(nodes), width);
    }

    private static string Ranges(NodeList nodes)
    {
        uint[] sorted = [.. nodes.Select(node => node.Value).Order()];
        StringBuilder text = new();
        for (int first = 0, last; first < sorted.Length; first = last + 1)
        {
            last = first;
            while (last + 1 < sorted.Length && sorted[last + 1] == sorted[last] + 1)
            {
                last++;
            }

            text.Append(text.Length == 0 ? string.Empty : " ");
            text.Append(last - first + 1 >= ShortestRange
                ? $"{sorted[first]}-{sorted[last]}"
                : string.Join(' ', sorted[first..(last + 1)]));
        }

        return text.ToString();
    }
}
