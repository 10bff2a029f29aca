"""Environment variables of the account, and the `.env` text that they come from (docs: "create env
var", "update env var")."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal

from vasttui.models.known_variables import key_problem, replaces
from vasttui.models.private_key import SENTENCE, holds_private_key
from vasttui.text import clean

MASK = "********"
"""What the service answers instead of every value."""

MOST_NAME = 255

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PLAIN = re.compile(r"[A-Za-z0-9_.-]+")
_LINE = re.compile(r"[ \t]*(?:(?:export|set|declare[ \t]+-x)[ \t]+|\$env:)?([^=\s]*)[ \t]*=[ \t]*")
_NOTHING = re.compile(r"[ \t]*(?:#.*)?$", re.MULTILINE)
_QUOTED = {
    '"': re.compile(r'"((?:[^"\\]|\\.)*)"[ \t]*(?:[ \t]#.*)?$', re.DOTALL | re.MULTILINE),
    "'": re.compile(r"'([^']*)'[ \t]*(?:[ \t]#.*)?$", re.MULTILINE),
}
_ESCAPED = re.compile(r'\\(["\\$`])')
_COMMENT = re.compile(r"(^|\s)#.*")
_NAME_SHOWN = 40

NO_VALUE = "this is not NAME=value"
"""What is wrong with a line that gives no variable a value."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that every new container of the account gets. The service never gives its value
    back (docs: "show env vars")."""

    name: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One variable of a text: the `line` it begins in, and the `problem` that forbids it, as a
    clause, empty where there is none."""

    line: int
    name: str
    value: str = field(repr=False)
    problem: str = ""


Effect = Literal["add", "change", ""]


@dataclass(frozen=True, slots=True)
class Planned:
    """What becomes of an entry: its effect, empty if it is not sent, and that in words. `risk`:
    the service may refuse it, or it replaces what a container has."""

    entry: Entry
    effect: Effect
    words: str
    risk: bool = False

    @property
    def name(self) -> str:
        """The name as the service stores it."""
        return self.entry.name.upper()


def name_problem(name: str) -> str:
    """Why this name is not sent, as a clause; empty if it may be."""
    if not name:
        return "there is no name"
    if len(name) > MOST_NAME:
        return f"a name has {MOST_NAME} characters at most"
    if _NAME.fullmatch(name):
        return key_problem(name)
    if name[0] in "0123456789" and _NAME.fullmatch(f"_{name}"):
        return "a name begins with a letter or _"
    return "a name has letters, digits and _ only"


def value_problem(value: str) -> str:
    """Why this value is not sent, as a clause; empty if it may be."""
    if not value:
        return "there is no value"
    if holds_private_key(value):
        return SENTENCE[0].lower() + SENTENCE[1:].rstrip(".")
    return "the value has several lines" if "\n" in value else ""


def value_risk(value: str) -> str:
    """What the service may not like about a value, as a clause; empty if it is documented to take
    it."""
    if any(letter.isspace() for letter in value):
        return "the service may refuse or lose the space in it"
    if not _PLAIN.fullmatch(value):
        return "the service may refuse other characters than letters, digits, _ - ."
    return ""


def read_entries(text: str) -> list[Entry]:
    """The variables in the lines of an `.env` file, of exports, or of `NAME=value`."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    entries, at = [], 0
    while at < len(text):
        number = text.count("\n", 0, at) + 1
        if nothing := _NOTHING.match(text, at):
            at = nothing.end() + 1
        elif found := _LINE.match(text, at):
            value, problem, at = _value(text, found.end())
            wrong = name_problem(found[1]) or problem or value_problem(value)
            entries.append(Entry(number, clean(found[1], _NAME_SHOWN) if wrong else found[1],
                                 value, wrong))  # fmt: skip
        else:
            entries.append(Entry(number, "", "", NO_VALUE))
            at = _end(text, at)
    return entries


def plan(entries: Sequence[Entry], there: Collection[str]) -> list[Planned]:
    """What becomes of each entry, where the account has the names `there`."""
    last = {entry.name.upper(): entry for entry in entries if not entry.problem}
    return [_planned(entry, there, last) for entry in entries]


def _planned(entry: Entry, there: Collection[str], last: dict[str, Entry]) -> Planned:
    name = entry.name.upper()
    if entry.problem:
        return Planned(entry, "", f"line {entry.line}: {entry.problem}")
    if last[name] is not entry:
        return Planned(entry, "", f"line {last[name].line} sets it again")
    effect: Effect = "change" if name in there else "add"
    as_name = "" if name == entry.name else f" as {name}"
    words = f"changes the one you have{as_name}" if effect == "change" else f"is added{as_name}"
    risks = [*filter(None, (replaces([name]), value_risk(entry.value)))]
    return Planned(entry, effect, "; ".join((words, *risks)), bool(risks))


def _value(text: str, at: int) -> tuple[str, str, int]:
    """The value that starts here, what is wrong with it, and where the next line begins."""
    quote = text[at : at + 1]
    quoted = _QUOTED[quote].match(text, at) if quote in _QUOTED else None
    if quoted is not None:
        value = _ESCAPED.sub(r"\1", quoted[1]) if quote == '"' else quoted[1]
        return value, "", quoted.end() + 1
    end = _end(text, at)
    line = text[at:end].rstrip("\n")
    if quote in _QUOTED and quote not in line[1:]:
        return "", "a quote is not closed", end
    return _COMMENT.sub("", line).strip(), "", end


def _end(text: str, at: int) -> int:
    """Where the next line begins."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1
