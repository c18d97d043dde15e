using System.Reflection;
using System.Text.RegularExpressions;
using Quorum.Managed.Ipc;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

/// <summary>What the library's messages advise, a user of the command must be able to do.</summary>
public sealed partial class OptionWordsTests
{
    // No command makes a connection that needs another one.
    private static readonly string[] NotForCommands = [nameof(CorosyncConnectionOptions.WaitStrategy)];

    private static readonly string[] OfContainerEngines = ["--ipc", "--network", "--read-only", "--shm-size"];

    private static readonly string[] OptionNames =
    [
        .. new[] { typeof(QuorumConnection), typeof(IpcConnectionOptions) }
            .SelectMany(static type => type.Assembly.GetExportedTypes())
            .Where(static type => type.Name.EndsWith("Options", StringComparison.Ordinal))
            .SelectMany(static type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Select(static property => property.Name)
            // A name of one word is a word of the language too.
            .Where(static name => name.Count(char.IsUpper) > 1)
            .Concat(["QuorumModel.V0", "QuorumModel.V1", "CmapMap.Configuration", "CmapMap.Statistics"])
            .Concat(Enum.GetNames<QuorumAssurance>().Select(static name => "QuorumAssurance." + name))
            .Except(NotForCommands),
    ];

    [Test]
    public void Every_message_that_advises_an_option_of_the_library_is_in_the_words_of_the_command()
    {
        List<string> advising = [.. Messages().Where(static text => NamesIn(text).Any())];
        Assert.That(advising, Has.Count.GreaterThan(10), "the search for messages finds too few");
        Assert.That(advising.Where(text => NamesIn(OptionWords.Translate(text)).Any()), Is.Empty);
    }

    [Test]
    public void Every_option_that_a_translated_message_names_exists()
    {
        string[] options =
        [
            .. QuorumCommand.CreateTree(new CommandHost(TextWriter.Null, TextWriter.Null)).Subcommands
                .SelectMany(static command => command.Options).Select(static option => option.Name),
        ];
        string[] named =
        [
            .. Messages().Select(OptionWords.Translate)
                .SelectMany(static text => CommandOption().Matches(text))
                .Select(static match => match.Value)
                .Distinct(),
        ];
        Assert.That(named, Is.SupersetOf((string[])["--trust-uid", "--model", "--assume-model-v1", "--strict"]));
        Assert.That(named.Except(options).Except(OfContainerEngines), Is.Empty);
    }

    [Test]
    public void A_second_translation_changes_nothing()
    {
        foreach (string text in Messages().Select(OptionWords.Translate))
        {
            Assert.That(OptionWords.Translate(text), Is.EqualTo(text));
        }
    }

    // The simulator, run by another user.
    [Test]
    public async Task Listener_of_another_user_is_believed_with_the_option_that_the_message_names()
    {
        Requirement.Check(
            Environment.IsPrivilegedProcess ? null : "needs root to run as another user", Assert.Ignore, Assert.Fail);
        string endpoint = "abstract:quorum-test-" + Guid.NewGuid().ToString("N");
        await using NodeProcess simulator = CommandProcess.StartUnder(
            // It gives the files of a connection to the client.
            [.. ("setpriv --reuid 64021 --regid 64021 --clear-groups --inh-caps +chown,+dac_override " +
                "--ambient-caps +chown,+dac_override").Split(' ')],
            "simulate",
            "--endpoint",
            endpoint);
        await simulator.ReadUntilAsync(
            static line => line.Contains("quorum-test-", StringComparison.Ordinal), Wait.Bound);

        CommandRun refused = await CommandRun.InvokeAsync("check", "--endpoint", endpoint);
        Assert.That(refused.ExitCode, Is.EqualTo(2));
        Assert.That(refused.Error, Does.Contain("uid 64021").And.Contain("admit it with --trust-uid"));

        foreach (string command in (string[])["check", "status", "nodes"])
        {
            CommandRun run = await CommandRun.InvokeAsync(
                command, "--endpoint", endpoint, "--trust-uid", "64020", "--trust-uid", "64021");
            Assert.That(run.ExitCode, Is.Zero, command + ": " + run.Error);
        }
    }

    [TestCase("--trust-uid x", "'x' is not a uid")]
    [TestCase("--trust-uid -1", "'-1' is not a uid")]
    [TestCase("--trust-uid 1 --trust-uid 4294967296", "'4294967296' is not a uid")]
    [TestCase("--model v2", "'v2' is not a model")]
    [TestCase("--model V0", "'V0' is not a model")]
    [TestCase("--max-message-size 12327", "'12327' is not a number from")]
    [TestCase("--max-message-size 67108865", "'67108865' is not a number from")]
    public async Task Option_with_a_wrong_value_is_wrong_usage(string words, string problem)
    {
        CommandRun run = await CommandRun.InvokeAsync(["status", .. words.Split(' ')]);
        Assert.That((run.ExitCode, run.Out), Is.EqualTo((64, "")));
        Assert.That(run.Error, Does.Contain(problem));
    }

    private static IEnumerable<string> NamesIn(string text) =>
        OptionNames.Where(name => Regex.IsMatch(text, $@"\b{Regex.Escape(name)}\b", RegexOptions.None, Wait.Bound));

    // The literals of the library's sources, with those that are joined by + in one text. Interpolations are left out,
    // and a nameof becomes the name.
    private static IEnumerable<string> Messages()
    {
        foreach (string project in (string[])["Quorum.Managed", "Quorum.Managed.Ipc"])
        {
            foreach (string file in Repository.Sources("src/" + project))
            {
                string code = Comment().Replace(File.ReadAllText(file), "");
                foreach (Match match in Literals().Matches(code))
                {
                    string text = string.Concat(
                        Literal().Matches(match.Value).Select(static part => part.Groups[1].Value));
                    text = NameOf().Replace(text, static name => name.Groups[1].Value.Split('.')[^1]);
                    yield return Interpolation().Replace(text, "0");
                }
            }
        }
    }

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("""\$?"(?:[^"\\\r\n]|\\.)*"(?:\s*\+\s*\$?"(?:[^"\\\r\n]|\\.)*")*""")]
    private static partial Regex Literals();

    [GeneratedRegex("\"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{nameof\(([\w.]+)\)\}")]
    private static partial Regex NameOf();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Interpolation();

    [GeneratedRegex("(?<![\\w-])--[a-z][a-z0-9-]+")]
    private static partial Regex CommandOption();
}
