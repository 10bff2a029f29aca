"""The manual page, made from the parser."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable

from vasttui import __version__
from vasttui.cli.exit_codes import EXIT_CODES
from vasttui.cli.grammar import Command, Option, commands_of

_ENVIRONMENT = (
    ("VAST_API_KEY, VASTAI_API_KEY", "the API key, before those in files"),
    ("VAST_URL", "another server"),
    ("NO_COLOR", "no colors on the screen"),
)
_FILES = (
    ("~/.config/vasttui/config.toml", "the configuration; vasttui doctor says where it is here"),
    ("~/.config/vastai/vast_api_key", "the API key, as of the official client"),
)


def manual(parser: argparse.ArgumentParser) -> str:
    """The page, for roff with the man macros."""
    program, *commands = commands_of(parser)
    examples = (parser.epilog or "").partition("examples:\n")[2].partition("\n\n")[0]
    lines = [
        f'.TH VASTTUI 1 "" "vasttui {_plain(__version__)}" "User Commands"',
        ".nh",  # what is broken at a hyphen cannot be copied
        ".ad l",
        ".SH NAME",
        "vasttui \\- " + _plain("the terminal dashboard for the Vast.ai GPU marketplace"),
        ".SH SYNOPSIS",
        *_broken(one.synopsis for one in (program, *commands)),
        ".SH DESCRIPTION",
        _plain(program.description),
        _plain("Without a command it opens the dashboard. The commands draw no screen."),
        ".SH OPTIONS",
        *_options(one for one in program.options if not one.needs_demo),
        ".SS Options for \\-\\-demo",
        *_options(one for one in program.options if one.needs_demo),
        ".SH COMMANDS",
        *(line for one in commands for line in _command(one)),
        ".SH EXIT STATUS",
        *_terms((f"\\fB{_plain(code)}\\fR", meaning) for code, meaning in EXIT_CODES),
        ".SH ENVIRONMENT",
        *_terms((f"\\fB{_plain(name)}\\fR", about) for name, about in _ENVIRONMENT),
        ".SH FILES",
        *_terms((f"\\fI{_plain(name)}\\fR", about) for name, about in _FILES),
        ".SH EXAMPLES",
        *_terms(
            (f"\\fB{_plain(call)}\\fR", about)
            for call, about in (
                re.split(r"  +", line.strip(), maxsplit=1) for line in examples.splitlines()
            )
        ),
    ]
    return "\n".join(lines) + "\n"


def _command(command: Command) -> list[str]:
    own = [one for one in command.options if "--help" not in one.flags]
    arguments = _terms((f"\\fI{_plain(one.name)}\\fR", one.about) for one in command.arguments)
    heading = f".SS {_plain(command.synopsis)}"
    return [heading, _plain(command.description), *arguments, *_options(own)]


def _options(options: Iterable[Option]) -> list[str]:
    return _terms((_term(one), one.about) for one in options)


def _term(option: Option) -> str:
    flags = ", ".join(f"\\fB{_plain(flag)}\\fR" for flag in option.flags)
    value = "|".join(option.choices) or option.value
    return f"{flags} \\fI{_plain(value)}\\fR" if value else flags


def _terms(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Each term with its text below."""
    return [line for term, text in pairs for line in (".TP", term, _plain(text))]


def _broken(lines: Iterable[str]) -> list[str]:
    """Each on a line of its own."""
    return [part for line in lines for part in (_plain(line), ".br")][:-1]


def _plain(text: str) -> str:
    """The text as roff prints it: nothing in it is a request or an escape."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("\n", " ")
    return f"\\&{text}" if text.startswith((".", "'")) else text
