using System.CommandLine;

namespace Quorum.Managed.Cli;

// Where the options of exec end: at "--", or at the first word that is no option. What follows is the command's own.
internal static class ExecArguments
{
    // The command line for the parser, in which everything of the user's command follows "--".
    public static IReadOnlyList<string> Separate(Command root, IReadOnlyList<string> args)
    {
        if (args is not ["exec", ..])
        {
            return args;
        }

        int next = 1;
        while (next < args.Count && args[next] is ['-', _, ..] word)
        {
            if (word is "--")
            {
                return args;
            }

            next += TakesNext(root, word) ? 2 : 1;
        }

        return next < args.Count ? [.. args.Take(next), "--", .. args.Skip(next)] : args;
    }

    // Whether the option's value is the next word.
    private static bool TakesNext(Command root, string word)
    {
        string name = word.Split('=', ':')[0];
        Option option = root.Subcommands[0].Options.Concat(root.Options).FirstOrDefault(option => IsNamed(option, name))
            ?? throw new UsageException($"'{word}' is not an option of exec.");
        return name.Length == word.Length && option.Arity.MinimumNumberOfValues > 0;
    }

    private static bool IsNamed(Option option, string name) =>
        string.Equals(option.Name, name, StringComparison.Ordinal)
        || option.Aliases.Contains(name, StringComparer.Ordinal);
}
