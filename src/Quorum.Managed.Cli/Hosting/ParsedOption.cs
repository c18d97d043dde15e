using System.CommandLine;

namespace Quorum.Managed.Cli;

// Options whose text is read by a function. A FormatException of the function is a usage error that names the option.
internal static class ParsedOption
{
    public static Option<T> Create<T>(string name, string helpName, string description, Func<string, T> parse) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                try
                {
                    return parse(result.Tokens[0].Value);
                }
                catch (FormatException e)
                {
                    result.AddError($"{name}: {e.Message}");
                    return default;
                }
            },
        };

    // May be given several times. Null if it is not given.
    public static Option<T[]?> CreateMany<T>(
        string name, string helpName, string description, Func<string, T> parse) =>
        new(name)
        {
            Description = description,
            HelpName = helpName,
            Arity = ArgumentArity.OneOrMore,
            CustomParser = result =>
            {
                try
                {
                    return [.. result.Tokens.Select(token => parse(token.Value))];
                }
                catch (FormatException e)
                {
                    result.AddError($"{name}: {e.Message}");
                    return default;
                }
            },
        };

    public static Option<TimeSpan?> Duration(string name, string description) =>
        Create<TimeSpan?>(name, "DURATION", description, static text => Durations.Parse(text));
}
