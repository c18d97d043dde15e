using System.Text.RegularExpressions;

namespace Quorum.Managed.Protocol.Tests;

/// <summary>What the code says about protocol-docs is true.</summary>
[TestFixture]
internal sealed partial class DocumentationTests
{
    [Test]
    public void Sections_that_the_sources_name_exist()
    {
        string root = Root();
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

    // Not by the path of this file as compiled: deterministic builds map it to /_/.
    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Quorum.Managed.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("These tests run inside the repository.");
    }

    [GeneratedRegex(
        """protocol-docs/(?<page>[a-z-]+\.md)(?:(?:,| and) "(?<section>[^"]+)")*""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Reference();
}
