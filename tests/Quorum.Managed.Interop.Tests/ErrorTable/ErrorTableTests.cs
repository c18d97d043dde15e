using System.Reflection;
using System.Text.RegularExpressions;

namespace Quorum.Managed.Interop.Tests;

/// <summary>The table of protocol-docs/errors.md is complete: each row has its test, and each test its row.</summary>
public sealed partial class ErrorTableTests
{
    [Test]
    public void Table_and_tests_have_the_same_rows()
    {
        IEnumerable<string> tests = typeof(ErrorTableFixture).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(ErrorTableFixture)))
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance))
            .Where(method => method.GetCustomAttribute<RowAttribute>() is not null)
            .Select(method => method.Name);
        IEnumerable<string> rows = ErrorTableFixture.Table
            .Select(line => RowName().Match(line))
            .Where(match => match.Success)
            .Select(match => match.Groups["name"].Value);
        Assert.That(rows, Is.EquivalentTo(tests));
    }

    [GeneratedRegex(@"\| (?<name>[A-Z][a-z]+_[A-Za-z0-9_]+|Starting) \|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RowName();
}
