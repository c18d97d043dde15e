# Completion of quorum for bash. Take it where people type the command: copy it to
# /usr/share/bash-completion/completions/quorum, or source it in ~/.bashrc.
# Generated from the options of the command by GeneratedFileTests. Do not edit.

_quorum_commands='status watch check nodes links map wait exec simulate demo --help --version'

# Sets options, and valued: those of them that take a value.
_quorum_options()
{
    case $1 in
        status)
            options='--endpoint --shm-dir --trust-uid --max-message-size --model --assume-model-v1 --timeout --json --help'
            valued='--endpoint --shm-dir --trust-uid --max-message-size --model --timeout' ;;
        watch)
            options='--endpoint --shm-dir --trust-uid --max-message-size --model --assume-model-v1 --timeout --json --help'
            valued='--endpoint --shm-dir --trust-uid --max-message-size --model --timeout' ;;
        check)
            options='--endpoint --shm-dir --trust-uid --max-message-size --model --assume-model-v1 --timeout --json --help'
            valued='--endpoint --shm-dir --trust-uid --max-message-size --model --timeout' ;;
        nodes)
            options='--endpoint --shm-dir --trust-uid --max-message-size --model --assume-model-v1 --timeout --json --follow --help'
            valued='--endpoint --shm-dir --trust-uid --max-message-size --model --timeout' ;;
        links)
            options='--endpoint --shm-dir --trust-uid --max-message-size --timeout --json --follow --help'
            valued='--endpoint --shm-dir --trust-uid --max-message-size --timeout' ;;
        map)
            options='--stats --follow --endpoint --shm-dir --trust-uid --max-message-size --timeout --json --help'
            valued='--endpoint --shm-dir --trust-uid --max-message-size --timeout' ;;
        wait)
            options='--endpoint --shm-dir --trust-uid --max-message-size --model --assume-model-v1 --timeout --json --max-staleness --recovery-settle --help'
            valued='--endpoint --shm-dir --trust-uid --max-message-size --model --timeout --max-staleness --recovery-settle' ;;
        exec)
            options='--endpoint --shm-dir --trust-uid --max-message-size --model --assume-model-v1 --timeout --json --max-staleness --recovery-settle --grace --settle --restart --strict --lease-margin --lost-exit-code --timeout-exit-code --not-ended-exit-code --help'
            valued='--endpoint --shm-dir --trust-uid --max-message-size --model --timeout --max-staleness --recovery-settle --grace --settle --lease-margin --lost-exit-code --timeout-exit-code --not-ended-exit-code' ;;
        simulate)
            options='--endpoint --nodes --votes --node --transport --script --speed --allow-uid --help'
            valued='--endpoint --nodes --votes --node --transport --script --speed --allow-uid' ;;
        demo)
            options='--speed --json --help'
            valued='--speed' ;;
    esac
}

# The value of an option: command, option, what is typed.
_quorum_value()
{
    case $1:$2 in
        status:--endpoint | \
        watch:--endpoint | \
        check:--endpoint | \
        nodes:--endpoint | \
        links:--endpoint | \
        map:--endpoint | \
        wait:--endpoint | \
        exec:--endpoint)
            compopt -o nospace 2>/dev/null; mapfile -t COMPREPLY < <(compgen -W 'abstract: automatic unix:' -- "$3") ;;
        status:--shm-dir | \
        watch:--shm-dir | \
        check:--shm-dir | \
        nodes:--shm-dir | \
        links:--shm-dir | \
        map:--shm-dir | \
        wait:--shm-dir | \
        exec:--shm-dir)
            compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$3") ;;
        status:--model | \
        watch:--model | \
        check:--model | \
        nodes:--model | \
        wait:--model | \
        exec:--model)
            mapfile -t COMPREPLY < <(compgen -W 'v0 v1' -- "$3") ;;
        simulate:--transport)
            mapfile -t COMPREPLY < <(compgen -W 'shm socket' -- "$3") ;;
        simulate:--script)
            compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$3") ;;
    esac
}

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
