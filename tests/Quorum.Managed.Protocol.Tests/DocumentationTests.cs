using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Protocol.Tests;

/// <summary>What the code says about protocol-docs is true.</summary>
[TestFixture]
internal sealed partial class DocumentationTests
{
    [Test]
    public void Sections_that_the_sources_name_exist()
    {
        string root = Repository.Root;
        List<string> missing = [];
        int named = 0;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(root, "src", "Quorum.Managed.Protocol"), "*.cs", SearchOption.AllDirectories))
        {
            foreach (Match match in Reference().Matches(File.ReadAllText(file)))
            {
                string[] lines = File.ReadAllLines(Path.Combine(root, "protocol-docs", match.Groups["page"].Value));
                foreach (Capture section in match.Groups["section"].Captures)
                {
                    named++;
                    if (!lines.Contains($"## {section.Value}", StringComparer.Ordinal))
                    {
                        missing.Add($"{Path.GetFileName(file)}: {match.Groups["page"].Value}, {section.Value}");
                    }
                }
            }
        }

        Assert.That(named, Is.GreaterThan(50));
        Assert.That(missing, Is.Empty);
    }

    [GeneratedRegex(
        """protocol-docs/(?<page>[a-z-]+\.md)(?:(?:,| and) "(?<section>[^"]+)")*""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Reference();
}
