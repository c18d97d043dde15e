using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Architecture.Tests;

/// <summary>Rules for the text of sources and documents.</summary>
public sealed partial class SourceTests
{
    private const int Columns = 120;

    // The one file of all tests in which time may pass: it polls for what no event announces, up to a time limit.
    private const string BoundedWait = "tests/Quorum.Managed.TestSupport/Wait.cs";

    // Public types whose parts are whole subjects may be split by hand; each entry needs its reason.
    private static readonly string[] SplitByHand = [];

    private static IEnumerable<string> Documents =>
    [
        "README.md",
        "CHANGELOG.md",
        "benchmarks/README.md",
        .. Files("protocol-docs", "*.md"),
        .. Files("tests", "*.md"),
    ];

    [TestCase("src", 300)]
    [TestCase("tests", 300)]
    [TestCase("benchmarks", 300)]
    [TestCase("samples", 300)]
    public void Files_stay_short(string folder, int lines) =>
        Assert.That(Sources(folder).Where(path => ReadLines(path).Count() > lines), Is.Empty);

    [TestCase("src")]
    [TestCase("tests")]
    [TestCase("benchmarks")]
    [TestCase("samples")]
    public void Lines_fit_in_120_columns(string folder) =>
        AssertNone(Sources(folder).SelectMany(path => TooLong(path, ReadLines(path))));

    [TestCaseSource(nameof(Documents))]
    public void Lines_of_documents_fit_in_120_columns(string path) =>
        AssertNone(TooLong(path, WithoutTablesAndCode(ReadLines(path))));

    [Test]
    public void Only_generated_code_completes_a_type_of_the_product() =>
        Assert.That(
            Sources("src").Except(SplitByHand).Where(path =>
                PartialType().IsMatch(ReadText(path)) && !GeneratedPart().IsMatch(ReadText(path))),
            Is.Empty,
            "a type that is too long for one file holds more than one subject");

    [Test]
    public void Tests_do_not_sleep() =>
        Assert.That(
            Sources("tests").Where(path => path != BoundedWait && SleepCall().IsMatch(ReadText(path))),
            Is.Empty,
            "a test waits for the event itself, with a time limit");

    // The message has every line; the one of Is.Empty has the first ten.
    private static void AssertNone(IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        Assert.That(all, Is.Empty, string.Join('\n', all));
    }

    private static IEnumerable<string> Sources(string folder) =>
        Repository.Sources(folder).Select(path => Path.GetRelativePath(Repository.Root, path));

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Where(path => !path.Contains("/bin/", StringComparison.Ordinal));

    private static IEnumerable<string> ReadLines(string path) => File.ReadLines(Path.Combine(Repository.Root, path));

    private static string ReadText(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));

    private static IEnumerable<string> TooLong(string path, IEnumerable<string> lines) =>
        lines.Index()
            .Where(line => line.Item.Length > Columns)
            .Select(line => $"{path}:{line.Index + 1}: {line.Item.Length} columns");

    // Empty lines in their place keep the line numbers.
    private static IEnumerable<string> WithoutTablesAndCode(IEnumerable<string> lines)
    {
        bool code = false;
        foreach (string line in lines)
        {
            code ^= line.TrimStart().StartsWith("```", StringComparison.Ordinal);
            yield return code || line.StartsWith('|') ? "" : line;
        }
    }

    [GeneratedRegex(@"\bpartial (class|struct|record|interface)\b", RegexOptions.ExplicitCapture)]
    private static partial Regex PartialType();

    [GeneratedRegex(
        @"\[(LibraryImport|LoggerMessage|GeneratedRegex)\(|: JsonSerializerContext\b", RegexOptions.ExplicitCapture)]
    private static partial Regex GeneratedPart();

    [GeneratedRegex(@"\b(Thread\.Sleep|Task\.Delay|SpinWait\.SpinUntil)\(", RegexOptions.ExplicitCapture)]
    private static partial Regex SleepCall();
}
