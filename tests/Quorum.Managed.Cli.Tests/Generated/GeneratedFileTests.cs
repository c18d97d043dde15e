using System.Text.RegularExpressions;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

/// <summary>
/// The man pages and completions of deploy are what the options of the command give. QUORUM_UPDATE_DEPLOY=1 writes them
/// anew.
/// </summary>
public sealed partial class GeneratedFileTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "deploy");

    private static IEnumerable<string> Commands => CommandPage.All.Select(static command => command.Name);

    private static IEnumerable<(string Name, string Text)> Files =>
    [
        .. CommandPage.All.Prepend(CommandPage.Root)
            .Select(static page => ($"man/{ManPage.NameOf(page)}.1", ManPage.Of(page))),
        ("completion/quorum.bash", BashCompletion.Write()),
        ("completion/_quorum", ZshCompletion.Write()),
    ];

    [Test]
    public void Files_are_as_generated()
    {
        bool update = Environment.GetEnvironmentVariable("QUORUM_UPDATE_DEPLOY") == "1";
        foreach ((string name, string text) in Files)
        {
            string path = Path.Combine(Folder, name);
            if (update)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, text);
            }

            Assert.That(
                File.Exists(path) ? File.ReadAllText(path) : "",
                Is.EqualTo(text),
                name + ": another than the options give; run once with QUORUM_UPDATE_DEPLOY=1");
        }

        string[] present =
        [
            .. ((string[])["man", "completion"])
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Folder, folder)))
                .Select(static path => Path.GetRelativePath(Folder, path)),
        ];
        Assert.That(present, Is.EquivalentTo(Files.Select(static file => file.Name)), "of commands that are gone");
    }

    // Through the real help and the real formatter, so that a mistake of the generator shows.
    [TestCaseSource(nameof(Commands))]
    public async Task Formatted_page_has_every_option_and_description_of_the_help(string command)
    {
        GeneratedTools.Require("groff", "groff-base");
        string path = Path.Combine(Folder, "man", $"quorum-{command}.1");
        CommandResult page = await CommandProcess.EndAsync(NodeProcess.Start(
            ["groff", "-man", "-ww", "-Tascii", "-P-cbou", "-rLL=500n", path], [], keepOutput: true));
        Assert.That((page.ExitCode, page.Error), Is.EqualTo((0, "")));
        CommandRun help = await CommandRun.InvokeAsync(command, "--help");
        string shown = Spaces().Replace(page.Output, " ");
        string[] lines =
        [
            .. help.Out.Split('\n')
                .Where(static line => line.StartsWith("  ", StringComparison.Ordinal))
                // The usage begins with the name of the process.
                .Where(static line => !line.EndsWith("[options]", StringComparison.Ordinal)),
        ];
        Assert.That(lines, Has.Length.GreaterThan(2));
        foreach (string line in lines)
        {
            foreach (string part in Columns().Split(line.Trim()))
            {
                string text = part.Replace("<", "", StringComparison.Ordinal)
                    .Replace(">", "", StringComparison.Ordinal);
                Assert.That(shown, Does.Contain(text), line);
            }
        }
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex("  +|, (?=-)")]
    private static partial Regex Columns();
}
