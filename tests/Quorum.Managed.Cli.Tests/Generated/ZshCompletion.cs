using System.Text;

namespace Quorum.Managed.Cli.Tests;

/// <summary>Writes the completion for zsh.</summary>
internal static class ZshCompletion
{
    private const string Head =
        """
        #compdef quorum
        # Completion of quorum for zsh. Take it where people type the command: copy it as _quorum to a directory of
        # $fpath, for example /usr/share/zsh/vendor-completions.
        # Generated from the options of the command by GeneratedFileTests. Do not edit.

        _quorum() {
          local curcontext="$curcontext" state line
          typeset -A opt_args

        """;

    // What follows -- is a command line of its own.
    private const string AfterDashes =
        """
                  local -i dashes=${words[(i)--]}
                  if ((dashes < CURRENT)); then
                    words=("${(@)words[dashes+1,-1]}")
                    ((CURRENT -= dashes))
                    _normal
                    return
                  fi

        """;

    public static string Write()
    {
        StringBuilder text = new(Head);
        text.Append("  _arguments -C \\\n");
        foreach (CommandOption option in CommandPage.Root.Options)
        {
            text.Append($"    {SpecOf(option)} \\\n");
        }

        text.Append("    '1: :->command' '*:: :->words' && return\n  case $state in\n    command)\n");
        text.Append("      local -a commands\n      commands=(\n");
        foreach (CommandPage command in CommandPage.All)
        {
            text.Append($"        '{Quote(command.Name + ":" + FirstSentence(command.Description))}'\n");
        }

        text.Append("      )\n      _describe -t commands command commands ;;\n    words)\n      case $line[1] in\n");
        foreach (CommandPage command in CommandPage.All)
        {
            text.Append($"        {command.Name})\n");
            text.Append(command.Arguments.Any(static argument => argument.IsRest) ? AfterDashes : "");
            text.Append("          _arguments");
            foreach (CommandOption option in command.Options)
            {
                text.Append($" \\\n            {SpecOf(option)}");
            }

            foreach (CommandArgument argument in command.Arguments)
            {
                text.Append(argument.IsRest
                    ? " \\\n            '(-)1:command: _command_names -e' '*::arguments: _normal'"
                    : $" \\\n            '{(argument.IsOptional ? "1::" : "1:")}{argument.Name}: '");
            }

            text.Append(" ;;\n");
        }

        return text.Append("      esac ;;\n  esac\n}\n\n_quorum \"$@\"\n").ToString();
    }

    private static string FirstSentence(string text)
    {
        int end = text.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }

    private static string SpecOf(CommandOption option)
    {
        string repeat = option.Repeats ? "*" : "";
        string help = Quote(Escape(option.Description));
        return option.Value is { } value
            ? $"'{repeat}{option.Name}=[{help}]:{Quote(Escape(value))}:{ActionOf(option)}'"
            : $"'{repeat}{option.Name}[{help}]'";
    }

    private static string ActionOf(CommandOption option) => option switch
    {
        { Value: "DIRECTORY" } => "_files -/",
        { Value: "FILE" } => "_files",
        { Values: [_, ..] values } when values.Any(static value => value.EndsWith(':')) =>
            $"compadd -S \"\" -- {string.Join(' ', values)}".Replace(":", "\\:", StringComparison.Ordinal),
        { Values: [_, ..] values } => $"({string.Join(' ', values)})",
        _ => " ",
    };

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("[", "\\[", StringComparison.Ordinal)
        .Replace("]", "\\]", StringComparison.Ordinal)
        .Replace(":", "\\:", StringComparison.Ordinal);

    private static string Quote(string text) => text.Replace("'", "'\\''", StringComparison.Ordinal);
}
