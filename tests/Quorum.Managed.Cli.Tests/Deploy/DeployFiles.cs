using System.CommandLine;
using Quorum.Managed.TestSupport;

namespace Quorum.Managed.Cli.Tests;

/// <summary>The files of deploy, and the parser of the command for the command lines in them.</summary>
internal static class DeployFiles
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "deploy");

    public static IEnumerable<string> In(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Folder, folder), pattern)
            .Select(static path => Path.GetRelativePath(Folder, path))
            .Order(StringComparer.Ordinal);

    /// <summary>Asserts that the command takes the words, and returns the name of its subcommand.</summary>
    public static ParseResult Parse(params string[] words)
    {
        ParseResult result = QuorumCommand.Parse(words, new CommandHost(TextWriter.Null, TextWriter.Null));
        Assert.That(result.Errors.Select(static error => error.Message), Is.Empty, string.Join(' ', words));
        return result;
    }

    /// <summary>The seconds of an option of a command line.</summary>
    public static TimeSpan TimeoutOf(ParseResult result) => result.GetValue<TimeSpan?>("--timeout")!.Value;
}
