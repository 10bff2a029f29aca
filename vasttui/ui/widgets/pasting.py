"""What a field makes of pasted text: one line, several words, variables, or a script.

Each function returns the text to insert, or raises VastError with a sentence on why there is none.
"""

from __future__ import annotations

import re
import shlex
import unicodedata

from vasttui.errors import VastError
from vasttui.query.command import search_command

_MARKS = {"\n": "↵", "\t": "⇥"}
"""How a script's line breaks and tabs stand in a field of one line."""

_SHELL = re.compile(r"\s*(?:export|declare|set|#)\s")
_VARIABLE = re.compile(r"\s*(?:(?:export|set|declare -x)\s+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*")
_NOTHING = re.compile(r"\s*#[^\n]*|\s+\Z")
_QUOTED = {
    '"': re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL),
    "'": re.compile(r"'([^']*)'"),
}
_ESCAPED = re.compile(r'\\(["\\$`])')
_REST = re.compile(r"[ \t]*(?=#|\s|\Z)")
"""What may follow a closing quote."""

_ANOTHER = re.compile(r"\s(?=[A-Za-z_][A-Za-z0-9_]*=)")
"""Where the next variable of the same line begins."""

_CONTINUED = re.compile(r"\\\r?\n")


def one_line(text: str) -> str:
    """The only line. Refuses several."""
    lines = _lines(text)
    if len(lines) > 1:
        raise VastError(f"{len(lines)} lines were pasted; this takes one.")
    return "".join(map(_printable, lines))


def words(text: str) -> str:
    """Lines as words side by side; a backslash at the end of a line goes."""
    return " ".join(_printable(line) for line in _lines(_CONTINUED.sub("\n", text)))


def filter_words(text: str) -> str:
    """The same for a filter, which may be given as a command of the official client."""
    command = search_command(text)
    return words(text if command is None else command.query)


def script(text: str) -> str:
    """All lines, with marks for their ends."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")
    return _MARKS["\n"].join(_MARKS["\t"].join(map(_printable, line.split("\t"))) for line in lines)


def marked(text: str) -> str:
    """A script as it stands in a field."""
    for character, mark in _MARKS.items():
        text = text.replace(character, mark)
    return text


def unmarked(text: str) -> str:
    """The script that stands in a field."""
    for character, mark in _MARKS.items():
        text = text.replace(mark, character)
    return text


def variables(text: str) -> str:
    """`NAME=value` words, from those or from the lines of an `.env` file or of exports."""
    lines = _lines(text)
    if len(lines) <= 1 and not _SHELL.match(text):
        return one_line(text)
    found, at = [], 0
    text = text.replace("\r\n", "\n")
    while at < len(text):
        name = _VARIABLE.match(text, at)
        if (nothing := _NOTHING.match(text, at)) is not None:
            at = nothing.end()
        elif name is None:
            start = len(text) - len(text[at:].lstrip())
            number = text.count("\n", 0, start) + 1
            raise VastError(f"Line {number} is not NAME=value.")
        else:
            value, at = _value(text, name.end())
            if "\n" in value:
                raise VastError(f"{name[1]} has several lines.")
            found.append(f"{name[1]}={shlex.quote(value) if value else ''}")
    return " ".join(map(_printable, found))


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that starts here, and where it ends."""
    quoted = _QUOTED[text[at]].match(text, at) if text[at : at + 1] in _QUOTED else None
    if quoted is not None and (rest := _REST.match(text, quoted.end())):
        value = quoted[1]
        return (_ESCAPED.sub(r"\1", value) if text[at] == '"' else value), rest.end()
    line = text[at:].partition("\n")[0]
    another = _ANOTHER.search(line)
    if another is not None:
        line = line[: another.start()]
    return re.sub(r"(^|\s)#.*", "", line).strip(), at + len(line)


def _lines(text: str) -> list[str]:
    return [line for line in re.split(r"\r\n|\n|\r", text) if line.strip()]


def _printable(text: str) -> str:
    """Without what a terminal would obey or nobody sees."""
    return "".join(
        letter if letter.isprintable() else " " if letter == "\t" or _is_space(letter) else ""
        for letter in text
    )


def _is_space(letter: str) -> bool:
    return unicodedata.category(letter) == "Zs"
