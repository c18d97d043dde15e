using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Architecture.Tests;

/// <summary>Comments name pages and sections of protocol-docs; each of them must exist.</summary>
public sealed partial class DocumentationTests
{
    private static IEnumerable<Mention> Mentions =>
        ((string[])["src", "tests", "benchmarks"]).SelectMany(Repository.Sources).SelectMany(MentionsIn);

    [Test]
    public void Pages_and_sections_that_the_sources_name_exist()
    {
        Mention[] mentions = [.. Mentions];
        Assert.That(mentions.Sum(mention => mention.Sections.Count), Is.GreaterThan(50), "references found");
        Assert.That(mentions.SelectMany(Missing), Is.Empty);
    }

    private static IEnumerable<Mention> MentionsIn(string path)
    {
        // A comment that continues on the next line becomes one line.
        string text = CommentBreak().Replace(File.ReadAllText(path), " ");
        return Reference().Matches(text).Select(match => new Mention(
            Path.GetRelativePath(Repository.Root, path),
            match.Groups["page"].Value,
            [.. match.Groups["section"].Captures.Select(section => section.Value)]));
    }

    private static IEnumerable<string> Missing(Mention mention)
    {
        string page = Path.Combine(Repository.Root, "protocol-docs", mention.Page);
        if (!File.Exists(page))
        {
            return [$"{mention.Source}: there is no page {mention.Page}"];
        }

        IEnumerable<string> headings = File.ReadLines(page)
            .Where(line => line.StartsWith('#'))
            .Select(line => line.TrimStart('#').Trim());
        return mention.Sections.Except(headings, StringComparer.Ordinal)
            .Select(section => $"{mention.Source}: {mention.Page} has no section \"{section}\"");
    }

    [GeneratedRegex(@"[ \t]*\n[ \t]*///?[ \t]*", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex CommentBreak();

    // A page alone, or a page and a list: , "Section", "Section" and "Section".
    [GeneratedRegex(
        """protocol-docs/(?<page>[\w-]+\.md)(?:(?:,| and|, and) "(?<section>[^"]+)")*""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Reference();

    private sealed record Mention(string Source, string Page, IReadOnlyList<string> Sections);
}
