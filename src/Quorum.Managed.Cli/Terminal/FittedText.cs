using System.Text;
using Quorum.Managed.Protocol;

namespace Quorum.Managed.Cli;

// Text shortened to a number of columns.
internal static class FittedText
{
    private const string Ellipsis = "...";

    // Two nodes take as many columns as a range of two: 1 2 and 1-2.
    private const int ShortestRange = 3;

    public static string Truncate(string text, int width)
    {
        if (text.Length <= width)
        {
            return text;
        }

        return width > Ellipsis.Length
            ? text[..(width - Ellipsis.Length)] + Ellipsis
            : text[..Math.Max(0, width)];
    }

    // 1 2 3 4 7, or 1-4 7 if that is too long.
    public static string Nodes(NodeList nodes, int width)
    {
        string all = string.Join(' ', nodes);
        return all.Length <= width ? all : Truncate(Ranges(nodes), width);
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
