using System.CommandLine;
using System.CommandLine.Completions;

namespace Quorum.Managed.Cli.Tests;

/// <summary>One command of the tree, as the parser has it: what man pages and completions are made from.</summary>
internal sealed record CommandPage(
    string Name, string Description, IReadOnlyList<CommandArgument> Arguments, IReadOnlyList<CommandOption> Options)
{
    /// <summary>The command itself, without a subcommand.</summary>
    public static CommandPage Root { get; } = Of(Tree());

    /// <summary>The subcommands, in the order of the help.</summary>
    public static IReadOnlyList<CommandPage> All { get; } = [.. Tree().Subcommands.Select(Of)];

    private static RootCommand Tree() => QuorumCommand.CreateTree(new CommandHost(TextWriter.Null, TextWriter.Null));

    // The help is an option of the root, and one of each subcommand.
    private static CommandPage Of(Command command) => new(
        command is RootCommand ? "quorum" : command.Name,
        command.Description!,
        [.. command.Arguments.Select(static argument => new CommandArgument(argument))],
        [
            .. command.Options
                .Concat(command is RootCommand ? [] : Tree().Options.Where(static option => option.Recursive))
                .Select(static option => new CommandOption(option)),
        ]);
}

/// <summary>A word that is no option.</summary>
internal sealed record CommandArgument(string Name, string Description, bool IsOptional, bool IsRest)
{
    public CommandArgument(Argument argument)
        : this(
            argument.Name,
            argument.Description!,
            argument.Arity.MinimumNumberOfValues == 0,
            argument.Arity.MaximumNumberOfValues > 1)
    {
    }
}

/// <summary>An option. Value: what its value is called; null for an option without a value.</summary>
internal sealed record CommandOption(
    string Name,
    IReadOnlyList<string> Aliases,
    string? Value,
    string Description,
    IReadOnlyList<string> Values,
    bool Repeats)
{
    public CommandOption(Option option)
        : this(
            option.Name,
            // The help leaves those out that begin with a slash.
            [.. option.Aliases.Where(static alias => alias[0] == '-').Order(StringComparer.Ordinal)],
            option.ValueType == typeof(bool) || option.ValueType == typeof(void) ? null : ValueOf(option),
            option.Description + DefaultOf(option),
            option.ValueType == typeof(bool) ? [] : ValuesOf(option),
            option.ValueType.IsArray && option.Arity.MaximumNumberOfValues > 1)
    {
    }

    private static string ValueOf(Option option) => option.HelpName ?? string.Join('|', ValuesOf(option));

    private static string[] ValuesOf(Option option) =>
        [.. option.GetCompletions(CompletionContext.Empty).Select(static item => item.InsertText ?? item.Label)];

    // As the help writes it.
    private static string DefaultOf(Option option) =>
        option.HasDefaultValue && option.ValueType != typeof(bool)
            && FormattableString.Invariant($"{option.GetDefaultValue()}") is { Length: > 0 } value
                ? $" [default: {value}]"
                : "";
}
