using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

/// <summary>The units of systemd and the Containerfile of deploy.</summary>
public sealed partial class ServiceUnitTests
{
    private static IEnumerable<string> Units => DeployFiles.In("systemd", "*.service");

    // The gateway has tests of its own.
    private static IEnumerable<string> UnitsOfTheCommand =>
        Units.Where(static file => !file.EndsWith("quorum-gateway.service", StringComparison.Ordinal));

    [TestCaseSource(nameof(UnitsOfTheCommand))]
    public void Command_line_of_a_unit_is_one_that_the_command_takes(string file)
    {
        string[] words = ValueOf(Read(file), "ExecStart").Split(' ');
        Assert.That(words[0], Is.EqualTo("/usr/local/bin/quorum"));
        ParseResult result = DeployFiles.Parse(words[1..]);
        string command = file.Contains("wait", StringComparison.Ordinal) ? "wait" : "exec";
        Assert.That(result.CommandResult.Command.Name, Is.EqualTo(command));
    }

    // The command ends by its own limit, which has a message, before systemd ends it.
    [Test]
    public void Unit_that_waits_has_a_limit_that_is_shorter_than_systemds()
    {
        string text = Read("systemd/quorum-wait.service");
        ParseResult result = DeployFiles.Parse(ValueOf(text, "ExecStart").Split(' ')[1..]);
        double limit = double.Parse(ValueOf(text, "TimeoutStartSec"), CultureInfo.InvariantCulture);
        Assert.That(DeployFiles.TimeoutOf(result).TotalSeconds, Is.LessThan(limit));
    }

    // Where quorum stands for the real program, whose path must exist.
    [TestCaseSource(nameof(Units))]
    public async Task Systemd_accepts_the_unit(string file)
    {
        GeneratedTools.Require("systemd-analyze", "systemd");
        string folder = Directory.CreateTempSubdirectory("quorum-test-").FullName;
        try
        {
            string unit = Path.Combine(
                folder, Path.GetFileName(file).Replace("@", "@true", StringComparison.Ordinal));
            string text = Read(file)
                .Replace("/usr/local/bin/quorum-gateway", "/bin/true", StringComparison.Ordinal)
                .Replace("/usr/local/bin/quorum", "/bin/true", StringComparison.Ordinal)
                .Replace("/usr/local/bin/%i", "/bin/%i", StringComparison.Ordinal);
            await File.WriteAllTextAsync(unit, text);
            CommandResult result = await GeneratedTools.RunAsync("systemd-analyze", "verify", unit);
            Assert.That((result.ExitCode, result.Output, result.Error), Is.EqualTo((0, "", "")));

            await File.WriteAllTextAsync(unit, text + "\nBogus=1\n");
            CommandResult wrong = await GeneratedTools.RunAsync("systemd-analyze", "verify", unit);
            Assert.That(wrong.Error, Does.Contain("Bogus"), "the check finds nothing at all");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Test]
    public void Command_lines_of_the_containerfile_are_some_that_the_command_takes()
    {
        string text = Read("Containerfile");
        string[][] lines =
        [
            .. WordList().Matches(text).Select(static list => JsonSerializer.Deserialize<string[]>(list.Value)!),
        ];
        Assert.That(lines, Has.Length.EqualTo(3));
        Assert.That(lines[0], Is.EqualTo((string[])["/quorum"]), "ENTRYPOINT");
        DeployFiles.Parse(lines[1]);
        Assert.That(lines[2][..2], Is.EqualTo((string[])["/quorum", "check"]), "HEALTHCHECK");
        Assert.That(
            DeployFiles.TimeoutOf(DeployFiles.Parse(lines[2][1..])).TotalSeconds,
            Is.LessThan(int.Parse(HealthTimeout().Match(text).Groups[1].Value, CultureInfo.InvariantCulture)));
    }

    private static string Read(string file) => File.ReadAllText(Path.Combine(DeployFiles.Folder, file));

    private static string ValueOf(string unit, string key) => unit.Split('\n')
        .Single(line => line.StartsWith(key + "=", StringComparison.Ordinal))[(key.Length + 1)..];

    [GeneratedRegex(@"(?<=^(?:ENTRYPOINT|CMD|HEALTHCHECK.* CMD) )\[.*\]", RegexOptions.Multiline)]
    private static partial Regex WordList();

    [GeneratedRegex(@"HEALTHCHECK .*--timeout=(\d+)s")]
    private static partial Regex HealthTimeout();
}
