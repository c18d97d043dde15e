using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Interop.Tests.Differential;

/// <summary>The list of deliberate differences, and how the comparison uses it.</summary>
public sealed class DeliberateDifferencesTests
{
    [Test]
    public void Every_recorded_transcript_is_of_a_scenario_there_is() => Assert.That(
        Directory.GetFiles(Path.Combine(Repository.Root, Transcripts.Folder)).Select(Path.GetFileNameWithoutExtension),
        Is.EquivalentTo(Scenarios.OneNode.Keys.Concat(Scenarios.WithoutProvider.Keys)));

    [Test]
    public void The_document_has_the_same_names_as_the_list()
    {
        string document = File.ReadAllText(Path.Combine(Repository.Root, "protocol-docs/differences.md"));
        Assert.That(
            document.Split('\n')
                .SkipWhile(line => !line.StartsWith("|---", StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal))
                .Select(line => line.Split(' ')[1]),
            Is.EqualTo(DeliberateDifferences.All.Select(difference => difference.Name)));
    }

    [Test]
    public void Each_scenario_is_in_the_readme()
    {
        string readme =
            File.ReadAllText(Path.Combine(Repository.Root, "tests/Quorum.Managed.Interop.Tests/README.md"));
        IEnumerable<string> names =
            [.. Scenarios.OneNode.Keys, .. Scenarios.WithoutProvider.Keys, .. Scenarios.ThreeNodes.Keys];
        Assert.That(names.Where(name => !readme.Contains('`' + name + '`', StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("finalize", true, false, "BadHandle", "Ok", ExpectedResult = "finalize-twice")]
    [TestCase("finalize", false, false, "BadHandle", "Ok", ExpectedResult = null)]
    [TestCase("dispatch all", false, true, "Library", "Ok", ExpectedResult = "events-before-death")]
    [TestCase("dispatch all", false, false, "Library", "Ok", ExpectedResult = null)]
    [TestCase("quorate", false, true, "Library", "Ok 1", ExpectedResult = null)]
    [TestCase("quorate", false, false, "Ok 0", "Ok 1", ExpectedResult = null)]
    public string? Explain_names_deliberate_differences_and_no_others(
        string step, bool finalized, bool gone, string native, string managed) =>
        DeliberateDifferences.Explain(new StepResult(Step.Parse(step), finalized, gone, native, managed, [], []))?.Name;

    [Test]
    public void Results_that_differ_in_one_argument_of_a_callback_are_not_equal()
    {
        StepResult result = new(Step.Parse("dispatch all"), false, false, "Ok", "Ok", ["Q 1 [1] 1.5"], ["Q 1 [1] 1.6"]);
        Assert.That(result.IsEqual, Is.False);
        Assert.That((result with { ManagedLog = ["Q 1 [1] 1.5"] }).IsEqual);
    }
}
