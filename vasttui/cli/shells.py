"""Completion scripts for the shells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vasttui.cli.grammar import Command, Option

_BASH = """\
# Completion of vasttui for bash 3.2 and later.
_vasttui_instances() {{
    local name word
    while IFS= read -r name; do
        case $1 in
            \\'*) [[ $name == *\\'* ]] && continue; word=$name ;;
            \\"*) [[ $name == *[\\"\\\\\\$\\`!]* ]] && continue; word=$name ;;
            *) printf -v word %q "$name"; word=${{word//:/\\\\:}} word=${{word//=/\\\\=}} ;;
        esac
        [[ $word == "${{1#[\\"\\']}}"* ]] && COMPREPLY+=("$word")
    done < <(vasttui completion --names 2>/dev/null)
}}
_vasttui() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}}
    local command= at words= given=
    COMPREPLY=()
    for ((at = 1; at < COMP_CWORD; at++)); do
        case $command:${{COMP_WORDS[at]}} in
            {runs})
                if ((at == COMP_CWORD - 1)); then
                    COMPREPLY=($(compgen -c -- "$cur"))
                else
                    COMPREPLY=($(compgen -f -- "$cur"))
                fi
                return ;;
            *:--) return ;;
            {taking})
                ((at++))
                [[ ${{COMP_WORDS[at]}} == = ]] && ((at++)) ;;
            {names}) command=${{COMP_WORDS[at]}} ;;
            *:-*) ;;
            ?*:*) given=yes ;;
        esac
    done
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    case $command:$prev in
{values}
    esac
    if [[ $cur == -* ]]; then
        case $command in
{options}
        esac
    else
        case $command in
            {on_instance}) [[ $given ]] || _vasttui_instances "$cur"; return ;;
{arguments}
        esac
    fi
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -F _vasttui vasttui
"""


def bash(commands: Sequence[Command]) -> str:
    """The script for bash."""
    named = commands[1:]
    values, taking = [], []
    for command in commands:
        for option in command.options:
            if not option.value or option.takes_rest:
                continue
            names = "|".join(f"{command.name}:{flag}" for flag in option.flags)
            taking.append(names)
            if option.takes_file:
                does = (
                    'COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null; return'
                )
            elif option.choices:
                does = f'COMPREPLY=($(compgen -W "{" ".join(option.choices)}" -- "$cur")); return'
            else:
                does = "return"
            values.append(f"        {names}) {does} ;;")
    runs = [f"{one.name}:--" for one in named if one.runs]
    runs += [f"{one.name}:{o.longest}" for one in named for o in one.options if o.takes_rest]
    on_instance = [one.name for one in named if one.is_about_instance]
    arguments = [
        (one.name, [word for a in one.arguments for word in a.choices])
        for one in named
        if one.name not in on_instance
    ]
    arguments.append(("", [one.name for one in named]))
    return _BASH.format(
        runs="|".join(runs),
        taking="|".join(taking),
        names="|".join(f":{one.name}" for one in named),
        values="\n".join(values),
        options=_cases((one.name, [flag for o in one.options for flag in o.flags])
                       for one in commands),
        on_instance="|".join(on_instance),
        arguments=_cases(arguments),
    )  # fmt: skip


def _cases(words: Iterable[tuple[str, list[str]]]) -> str:
    return "\n".join(
        f"            {name or chr(39) * 2}) words='{' '.join(some)}' ;;" for name, some in words
    )


_ZSH = """\
#compdef vasttui
# Completion of vasttui for zsh.
_vasttui_instances() {{
    local -a found expl
    found=(${{(f)"$(vasttui completion --names 2>/dev/null)"}})
    _wanted instances expl instance compadd -a found
}}
_vasttui_behind() {{
    compset -N '[-]-' && _normal
}}
_vasttui() {{
    local context state state_descr line
    typeset -A opt_args
    _arguments -C -S \\
{options}
        '1:command:->command' \\
        '*::arguments:->arguments'
    case $state in
        command)
            local -a commands
            commands=(
{names}
            )
            _describe command commands ;;
        arguments)
            case $line[1] in
{commands}
            esac ;;
    esac
}}
if [[ $funcstack[1] == _vasttui ]]; then
    _vasttui "$@"
else
    compdef _vasttui vasttui
fi
"""


def zsh(commands: Sequence[Command]) -> str:
    """The script for zsh, to be sourced, or a file of its `$fpath`."""
    program, *named = commands
    return _ZSH.format(
        options="\n".join(f"        {_zsh_option(one)} \\" for one in program.options),
        names="\n".join(
            f"                {_quoted(f'{one.name}:{_escaped(one.about)}')}" for one in named
        ),
        commands="\n".join(_zsh_command(one) for one in named),
    )


def _zsh_command(command: Command) -> str:
    lines = [f"                {command.name}) _arguments -S"]
    lines += [f"                    {_zsh_option(one)}" for one in command.options]
    for at, one in enumerate(command.arguments, 1):
        does = f"({' '.join(one.choices)})" if one.choices else "{:}"  # a message hides options
        does = "_vasttui_instances" if one.is_instance else does
        lines.append(f"                    {_quoted(f'{at}:{_escaped(one.name)}:{does}')}")
    if command.runs:
        lines.append("                    '*:command:_vasttui_behind'")
    return " \\\n".join(lines) + " ;;"


def _zsh_option(option: Option) -> str:
    rest = ""
    if option.takes_rest:
        rest = ":*:::command: _normal"
    elif option.value:
        does = "_files" if option.takes_file else " "
        does = f"({' '.join(option.choices)})" if option.choices else does
        rest = f":{_escaped(option.value)}:{does}"
    about = f"[{_escaped(option.about)}]"
    if len(option.flags) == 1:
        joins = "=" if option.value and not option.takes_rest else ""
        return _quoted(f"{option.longest}{joins}{about}{rest}")
    same = _quoted(f"({' '.join(option.flags)})")
    return f"{same}{{{','.join(option.flags)}}}{_quoted(f'{about}{rest}')}"


def _escaped(text: str) -> str:
    """The text where brackets and colons have a meaning."""
    return "".join(f"\\{char}" if char in "\\[]:" else char for char in text)


_FISH = """\
# Completion of vasttui for fish.
function __vasttui_has_no_argument
    set -l words (commandline -opc)[2..-1]
    set -l given 0
    while set -q words[1]
        switch $words[1]
            case {taking}
                set -e words[1]
            case '-*'
            case '*'
                set given (math $given + 1)
        end
        set -e words[1]
    end
    test $given -eq 1
end
complete -c vasttui -f
"""


def fish(commands: Sequence[Command]) -> str:
    """The script for fish."""
    program, *named = commands
    taking = {flag for one in commands for o in one.options if o.value for flag in o.flags}
    lines = _FISH.format(taking=" ".join(sorted(taking))).splitlines()
    lines += [
        f"complete -c vasttui -n __fish_use_subcommand -a {one.name} -d {_fish(one.about)}"
        for one in named
    ]
    lines += [_fish_option("__fish_use_subcommand", one) for one in program.options]
    for command in named:
        when = f"__fish_seen_subcommand_from {command.name}"
        lines += [_fish_option(_fish(when), one) for one in command.options]
        words = " ".join(word for one in command.arguments for word in one.choices)
        if words:
            lines.append(f"complete -c vasttui -n {_fish(when)} -a {_fish(words)}")
        if command.is_about_instance:
            when += "; and __vasttui_has_no_argument"
            does = "(command -sq vasttui; and vasttui completion --names 2>/dev/null)"
            lines.append(f"complete -c vasttui -n {_fish(when)} -a {_fish(does)}")
    return "\n".join(lines) + "\n"


def _fish_option(when: str, option: Option) -> str:
    words = [f"complete -c vasttui -n {when}"]
    words += [
        f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags
    ]
    if option.takes_rest:
        words.append("-x -a '(__fish_complete_subcommand)'")
    elif option.takes_file:
        words.append("-r -F")
    elif option.value:
        words.append("-x")
    if option.choices:
        words.append(f"-a {_fish(' '.join(option.choices))}")
    return " ".join([*words, f"-d {_fish(option.about)}"])


def _fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
