using System.Reflection;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Architecture.Tests;

/// <summary>
/// The public API is what the files in Api record. QUORUM_UPDATE_API=1 writes the files anew; their difference is the
/// change that users get.
/// </summary>
public sealed class ApiTests
{
    [TestCase("Quorum.Managed.Protocol")]
    [TestCase("Quorum.Managed.Ipc")]
    [TestCase("Quorum.Managed")]
    [TestCase("Quorum.Managed.Hosting")]
    [TestCase("Quorum.Managed.AspNetCore")]
    [TestCase("Quorum.Managed.OpenTelemetry")]
    [TestCase("Quorum.Managed.Testing")]
    public void Public_api_is_as_recorded(string assembly)
    {
        string path = Path.Combine(Repository.Root, "tests/Quorum.Managed.Architecture.Tests/Api", assembly + ".txt");
        string text = ApiText.Of(Assembly.Load(assembly));
        if (Environment.GetEnvironmentVariable("QUORUM_UPDATE_API") == "1")
        {
            File.WriteAllText(path, text);
        }

        string[] recorded = File.Exists(path) ? File.ReadAllLines(path) : [];
        string[] present = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Multiple(() =>
        {
            Assert.That(present.Except(recorded), Is.Empty, "new; if meant, run once with QUORUM_UPDATE_API=1");
            Assert.That(recorded.Except(present), Is.Empty, "gone; if meant, run once with QUORUM_UPDATE_API=1");
            Assert.That(string.Join('\n', recorded), Is.EqualTo(string.Join('\n', present)));
        });
    }

    [Test]
    public void The_command_has_no_public_api() =>
        Assert.That(
            Assembly.Load("quorum").GetExportedTypes()
                .Where(type => type.Namespace?.StartsWith("Quorum", StringComparison.Ordinal) == true),
            Is.Empty);
}
