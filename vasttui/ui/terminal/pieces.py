"""Splits what a terminal sends into keys, mouse reports and pasted text; drops the rest.

Letters are commands here, so nothing may be taken for keys that the terminal did not send as keys:
a sequence is kept until it is whole, however it is cut on its way, and dropped when it cannot be
read. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder, register_error
from collections.abc import Callable, Iterator

from msgspec import Struct

from vasttui.ui.terminal.key_reports import key_press

ESCAPE = "\x1b"
CSI = "\x9b"
"""What a terminal that sends 8-bit controls begins a sequence with, instead of Esc and [."""

_LONGEST = 64
"""Characters of a sequence that is not text in itself."""

_PASTE, _PASTE_END = "\x1b[200~", "\x1b[201~"
_FOCUS = ("\x1b[I", "\x1b[O")
_MODE = re.compile(r"\x1b\[\?2026;[0-4]\$y")
_MOUSE = re.compile(r"\x1b\[<\d{1,4};\d{1,5};\d{1,5}[Mm]")
_OLD_MOUSE = "\x1b[M"
_CSI = re.compile(r"\x1b\[(?:\[.|\d+\$|([0-?]*)[ -/]*[@-~])", re.DOTALL)
_PART_OF_CSI = re.compile(r"\x1b\[[0-?]*[ -/]*")
_BROKEN = re.compile(r"\x1b\[(?:<|[\d;:]*(?:N|[+.-]|[;:][nI]))[^\x00-\x1f\x7fMm]*")
"""A mouse report up to its end, also one with words for numbers, such as NaN."""

_SS3 = re.compile(r"\x1bO[0-9;]*[@-~]?")
_STRING = re.compile(r"\x1b(?:\]\d|P[\d>!+$|]|_G)")
_STRING_END = re.compile(r"\x07|\x1b\\|(?=[\x00-\x1a\x1c-\x1f]|\x1b[^\\])")
_ALT_KEYS = ("\x1bb", "\x1bf", "\x1b\x7f", "\x1b\t")
"""Esc and a key that Textual knows as one: words in an input, Shift-Tab of the Linux console."""

_UNDECIDED = (ESCAPE, "\x1b]", "\x1bP", "\x1b_")
_TAIL = re.compile(r"\[(?:<|[A-DFHIOZ]|\d+[;:~u])|O[A-DFHP-S]")
"""How a sequence goes on whose Esc came long before the rest."""


class Pasted(Struct, frozen=True):
    """Text that was pasted, with its line breaks."""

    text: str


class Pieces:
    """Takes text as it arrives, in any cut; gives whole pieces.

    A piece is a character, a sequence that Textual can read, or `Pasted`.
    """

    def __init__(self) -> None:
        self._left = ""
        self._pasted: list[str] | None = None
        self._cut = False

    @property
    def undecided(self) -> bool:
        """Whether an Esc came that may be a key or the start of a sequence."""
        return self._left in _UNDECIDED and self._pasted is None

    def feed(self, text: str) -> Iterator[str | Pasted]:
        """The pieces that are complete with this text."""
        self._left += f"{ESCAPE}{text}" if self._cut and _TAIL.match(text) else text
        self._cut = False
        while self._left:
            piece, length = self._paste() if self._pasted is not None else self._next()
            if not length:
                return
            self._left = self._left[length:]
            if piece:
                yield piece

    def expire(self) -> Iterator[str]:
        """Nothing followed the Esc for a while: it is the key."""
        if self.undecided:
            keys, self._left, self._cut = self._left, "", True
            yield from keys

    def _paste(self) -> tuple[str | Pasted, int]:
        assert self._pasted is not None
        text, end, _ = self._left.partition(_PASTE_END)
        if end:
            pasted, self._pasted = "".join([*self._pasted, text]), None
            return Pasted(pasted.replace("\0", "")), len(text) + len(end)
        # The end may have come in part.
        whole = len(text) - len(_PASTE_END) + 1
        if whole > 0:
            self._pasted.append(text[:whole])
        return "", max(0, whole)

    def _next(self) -> tuple[str, int]:
        """The next piece, empty for what is dropped, and its length; 0 while it is incomplete."""
        if self._left[0] == CSI:
            self._left = f"{ESCAPE}[{self._left[1:]}"
        text = self._left
        if text[0] != ESCAPE:
            return ("" if "\x80" <= text[0] < "\xa0" or text[0] == "\ufffd" else text[0]), 1
        if len(text) == 1:
            return "", 0
        if text[1] == "[":
            return self._csi(text)
        if found := _SS3.match(text):
            return self._known(found.group()) if len(found.group()) > 2 else _wait(text, 2)
        if text[1] in "]P_" and len(text) == 2:
            return "", 0
        if _STRING.match(text):
            end = _STRING_END.search(text, 2)
            return "", end.end() if end else 0
        return (text[:2], 2) if text[:2] in _ALT_KEYS else (ESCAPE, 1)

    def _csi(self, text: str) -> tuple[str, int]:
        if text.startswith(_OLD_MOUSE):
            return "", 6 if len(text) >= 6 else 0
        if broken := _BROKEN.match(text):
            return _mouse(text, broken.end())
        found = _CSI.match(text)
        if found is None:
            part = _PART_OF_CSI.match(text)
            return _wait(text, part.end() if part else 2)
        if found.group() == _PASTE:
            self._pasted = []
            return "", found.end()
        return self._known(found.group())

    def _known(self, sequence: str) -> tuple[str, int]:
        if sequence in _FOCUS or _MODE.fullmatch(sequence):
            return sequence, len(sequence)
        return key_press(sequence) or "", len(sequence)


def _mouse(text: str, end: int) -> tuple[str, int]:
    if end == len(text) or text[end] not in "Mm":
        return _wait(text, end)
    whole = text[: end + 1]
    return whole if _MOUSE.fullmatch(whole) else "", len(whole)


def _wait(text: str, length: int) -> tuple[str, int]:
    """Wait for more of a sequence; drop it if something else came, or too much."""
    return "", length if length < len(text) or length > _LONGEST else 0


def decoder() -> Callable[[bytes], str]:
    """What a terminal sends, as text for `Pieces.feed`. Bytes that are no text are dropped there,
    except an 8-bit control that begins a sequence."""
    return getincrementaldecoder("utf-8")(_NO_TEXT).decode


def _no_text(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    bad = error.object[error.start : error.end]
    return CSI if bad == CSI.encode("latin-1") else "\ufffd", error.end


_NO_TEXT = "vasttui.terminal"
register_error(_NO_TEXT, _no_text)
