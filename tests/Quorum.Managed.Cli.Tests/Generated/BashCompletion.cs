using System.Text;

namespace Quorum.Managed.Cli.Tests;

/// <summary>Writes the completion for bash.</summary>
internal static class BashCompletion
{
    private const string Head =
        """
        # Completion of quorum for bash. Take it where people type the command: copy it to
        # /usr/share/bash-completion/completions/quorum, or source it in ~/.bashrc.
        # Generated from the options of the command by GeneratedFileTests. Do not edit.

        """;

    // The words of the user's command, and the values of options. bash takes = for a word of its own.
    private const string Body =
        """

        _quorum()
        {
            local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
            local command=${COMP_WORDS[1]} options valued i
            COMPREPLY=()
            if ((COMP_CWORD == 1)); then
                mapfile -t COMPREPLY < <(compgen -W "$_quorum_commands" -- "$current")
                return
            fi
            _quorum_options "$command"
            if [[ $command == exec ]]; then
                for ((i = 2; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                        --) ((i++)); break ;;
                        -*)
                            if [[ ${COMP_WORDS[i+1]} == "=" ]]; then
                                ((i += 2))
                            elif [[ " $valued " == *" ${COMP_WORDS[i]} "* ]]; then
                                ((i++))
                            fi ;;
                        *) break ;;
                    esac
                done
                if ((i < COMP_CWORD)) || { ((i == COMP_CWORD)) && [[ $current != -* ]]; }; then
                    _quorum_words "$i"
                    return
                fi
            fi
            if [[ $current == "=" ]]; then
                current=
            elif [[ $previous == "=" ]]; then
                previous=${COMP_WORDS[COMP_CWORD-2]}
            fi
            if [[ " $valued " == *" $previous "* ]]; then
                _quorum_value "$command" "$previous" "$current"
            else
                mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
            fi
        }

        # The command that exec runs, from word $1 on.
        _quorum_words()
        {
            if declare -F _command_offset >/dev/null; then
                _command_offset "$1"
            elif ((COMP_CWORD == $1)); then
                mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}" | sort -u)
            else
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
            fi
        }

        complete -F _quorum quorum

        """;

    public static string Write()
    {
        StringBuilder text = new(Head);
        string commands = string.Join(
            ' ', CommandPage.All.Select(static command => command.Name).Concat(NamesOf(CommandPage.Root)));
        text.Append($"\n_quorum_commands='{commands}'\n");
        text.Append("\n# Sets options, and valued: those of them that take a value.\n");
        text.Append("_quorum_options()\n{\n    case $1 in\n");
        foreach (CommandPage command in CommandPage.All)
        {
            string valued = string.Join(
                ' ', command.Options.Where(static option => option.Value is not null).Select(static o => o.Name));
            text.Append($"        {command.Name})\n            options='{string.Join(' ', NamesOf(command))}'\n");
            text.Append($"            valued='{valued}' ;;\n");
        }

        text.Append("    esac\n}\n\n# The value of an option: command, option, what is typed.\n_quorum_value()\n{\n");
        text.Append("    case $1:$2 in\n");
        IEnumerable<IGrouping<string, string>> actions =
            from command in CommandPage.All
            from option in command.Options
            let action = ActionOf(option)
            where action is not null
            group $"{command.Name}:{option.Name}" by action;
        foreach (IGrouping<string, string> action in actions)
        {
            text.Append($"        {string.Join(" | \\\n        ", action)})\n            {action.Key} ;;\n");
        }

        return text.Append("    esac\n}\n").Append(Body).ToString();
    }

    private static IEnumerable<string> NamesOf(CommandPage command) =>
        command.Options.Select(static option => option.Name);

    private static string? ActionOf(CommandOption option) => option switch
    {
        { Value: "DIRECTORY" } => Generate("-d", names: true),
        { Value: "FILE" } => Generate("-f", names: true),
        { Values: [_, ..] values } when values.Any(static value => value.EndsWith(':')) =>
            "compopt -o nospace 2>/dev/null; " + Generate($"-W '{string.Join(' ', values)}'"),
        { Values: [_, ..] values } => Generate($"-W '{string.Join(' ', values)}'"),
        _ => null,
    };

    private static string Generate(string what, bool names = false) =>
        (names ? "compopt -o filenames 2>/dev/null; " : "")
        + $"mapfile -t COMPREPLY < <(compgen {what} -- \"$3\")";
}
