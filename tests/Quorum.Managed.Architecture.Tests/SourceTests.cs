using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Architecture.Tests;

public partial class SourceTests
{
    [TestCase("src", 300)]
    [TestCase("tests", 300)]
    public void Files_stay_short(string folder, int lines) =>
        Assert.That(Repository.Sources(folder).Where(path => File.ReadLines(path).Count() > lines), Is.Empty);

    [Test]
    public void Namespace_is_project_and_folder()
    {
        List<string> wrong = [];
        foreach (string path in Repository.Sources("src"))
        {
            Match declared = NamespaceLine().Match(File.ReadAllText(path));
            string expected = Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Repository.Root, "src"), path))!.Replace('/', '.');
            if (declared.Success && declared.Groups[1].Value != expected)
            {
                wrong.Add($"{path}: {declared.Groups[1].Value} instead of {expected}");
            }
        }

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void Tests_do_not_sleep()
    {
        string[] sleeping = [.. Repository.Sources("tests")
            .Where(path => path.EndsWith("Tests.cs", StringComparison.Ordinal) && !path.EndsWith("/SourceTests.cs", StringComparison.Ordinal))
            .Where(path => SleepCall().IsMatch(File.ReadAllText(path)))];
        Assert.That(sleeping, Is.Empty, "a test waits on the event itself, bounded");
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"Thread\.Sleep\(|Task\.Delay\(", RegexOptions.None)]
    private static partial Regex SleepCall();
}
