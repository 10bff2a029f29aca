"""What the parser accepts, as lists: completion and manual are made from them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vasttui.cli.options import INSTANCE, WORLD


@dataclass(frozen=True, slots=True)
class Option:
    """An option. `value` names what it takes, empty for a switch; `choices` are all values that
    there are; `takes_rest`: all that follows belongs to it; `needs_demo`: it is about the simulated
    market."""

    flags: tuple[str, ...]
    about: str
    value: str = ""
    choices: tuple[str, ...] = ()
    takes_file: bool = False
    takes_rest: bool = False
    needs_demo: bool = False

    @property
    def longest(self) -> str:
        """Its long form."""
        return self.flags[-1]


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument that is no option."""

    name: str
    about: str
    choices: tuple[str, ...] = ()
    needed: bool = True

    @property
    def is_instance(self) -> bool:
        """Whether it names one of the account's instances."""
        return self.name == INSTANCE


@dataclass(frozen=True, slots=True)
class Command:
    """A command, or the program without one, which has no name. `runs`: another program's command
    follows behind `--`."""

    name: str
    about: str
    description: str
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]
    runs: bool = False

    @property
    def is_about_instance(self) -> bool:
        """Whether its argument names one of the account's instances."""
        return any(one.is_instance for one in self.arguments)

    @property
    def synopsis(self) -> str:
        """How it is called: `vasttui wait [options] LABEL|ID`."""
        words = ["vasttui", self.name, "[options]"]
        words += [one.name if one.needed else f"[{one.name}]" for one in self.arguments]
        words += [f"[{one.longest} {one.value} ...]" for one in self.options if one.takes_rest]
        words += ["[-- COMMAND ...]"] if self.runs else []
        return " ".join(filter(None, words))


def commands_of(parser: argparse.ArgumentParser) -> tuple[Command, ...]:
    """The program without a command, then each command."""
    whole, found = [], []
    for action in _actions(parser):
        if isinstance(action.choices, dict):
            found = [_command(name, action.choices[name], about) for name, about in _abouts(action)]
        else:
            whole.append(action)
    first = Command(
        "", "", parser.description or "", _options(whole), (Argument("COMMAND", "", needed=False),)
    )
    return first, *found


def _actions(parser: argparse.ArgumentParser) -> Sequence[argparse.Action]:
    return parser._actions  # noqa: SLF001 - argparse tells it no other way


def _abouts(action: argparse.Action) -> list[tuple[str, str]]:
    """The commands in their order, with what each is for."""
    entries: Sequence[argparse.Action] = action._choices_actions  # type: ignore[attr-defined]  # noqa: SLF001
    return [(one.dest, one.help or "") for one in entries]


def _command(name: str, parser: argparse.ArgumentParser, about: str) -> Command:
    actions = _actions(parser)
    arguments = tuple(
        Argument(str(one.metavar or one.dest), _about(one), _choices(one), one.nargs != "?")
        for one in actions
        if not one.option_strings
    )
    runs = parser.get_default("runs") is True
    return Command(name, about, parser.description or "", _options(actions), arguments, runs)


def _options(actions: Sequence[argparse.Action]) -> tuple[Option, ...]:
    return tuple(
        Option(
            tuple(one.option_strings),
            _about(one),
            "" if one.nargs == 0 else str(one.metavar or one.dest.upper()),
            _choices(one),
            one.type is Path,
            one.nargs == argparse.REMAINDER,
            one.dest in WORLD,
        )
        for one in actions
        if one.option_strings
    )


def _choices(action: argparse.Action) -> tuple[str, ...]:
    return tuple(map(str, action.choices or ()))


def _about(action: argparse.Action) -> str:
    """The help, with the default that it names."""
    return (action.help or "") % vars(action)
