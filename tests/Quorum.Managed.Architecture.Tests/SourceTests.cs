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
    public void Namespace_is_the_project_or_the_project_and_the_folder()
    {
        List<string> wrong = [];
        foreach (string path in Repository.Sources("src"))
        {
            Match declared = NamespaceLine().Match(File.ReadAllText(path));
            string folder = Path.GetDirectoryName(Path.GetRelativePath(Path.Combine(Repository.Root, "src"), path))!;
            string project = folder.Split('/')[0];
            string[] possible = [project, folder.Replace('/', '.'), project + "." + Path.GetFileName(folder)];
            if (declared.Success && !possible.Contains(declared.Groups[1].Value, StringComparer.Ordinal))
            {
                wrong.Add($"{path}: {declared.Groups[1].Value} instead of {string.Join(" or ", possible.Distinct())}");
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
