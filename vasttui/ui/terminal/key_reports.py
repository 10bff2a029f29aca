"""Reports of the newer keyboard protocol, in the forms that Textual reads.

Terminals send more forms than were asked for while another program's setting is still on: with
releases, with the key's place on other layouts, without the text. What is no key press is dropped.
The protocol: https://sw.kovidgoyal.net/kitty/keyboard-protocol
"""

from __future__ import annotations

import re

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS  # nothing public knows them
from textual._keyboard_protocol import FUNCTIONAL_KEYS

from vasttui.ui.terminal.layouts import latin

_REPORT = re.compile(r"\x1b\[([\d:]*)(?:;([\d:]*)(?:;([\d:]*))?)?([u~A-HPQS])")
_OTHER_KEYS = re.compile(r"\x1b\[27;(\d+);(\d+)~")
"""xterm's modifyOtherKeys."""

_SHIFT, _LOCKS = 1, 64 | 128
_RELEASE = 3
_KEYPAD = range(57399, 57417)
_PRIVATE = range(57344, 63744)
_CONTROLS = (9, 13, 27)  # Tab, Enter, Esc
_BARE = {*range(57358, 57361), *range(57441, 57455)}
"""Caps Lock, Shift and the like by themselves."""


def key_press(sequence: str) -> str | None:
    """The sequence in a form that Textual reads as one key; None if it is no key press."""
    if other := _OTHER_KEYS.fullmatch(sequence):
        sequence = f"\x1b[{other[2]};{other[1]}u"
    if sequence in ANSI_SEQUENCES_KEYS:
        return sequence
    report = _REPORT.fullmatch(sequence)
    if report is None or sequence[-2] in ";:":
        return None
    try:
        codes, (modifiers, event) = _numbers(report[1]), (*_numbers(report[2]), 1, 1)[:2]
        text = "".join(map(chr, filter(None, _numbers(report[3]))))
    except (ValueError, OverflowError):
        return None
    held = (modifiers or 1) - 1
    if event == _RELEASE or not 0 <= held < 256 or len(codes) > 3:
        return None
    if report[4] == "u":
        return _letter(codes, held, text)
    return _function(codes[0] if codes else 1, held, report[4])


def _numbers(text: str | None) -> list[int]:
    """The numbers between colons; 0 for one that is left out. Raises ValueError."""
    return [int(part[:8] or 0) for part in (text or "").split(":")] if text else []


def _function(number: int, held: int, end: str) -> str | None:
    held &= ~_LOCKS
    plain = "\x1b[" + (end if end != "~" else f"{number}~")
    sequence = f"\x1b[{number or 1};{held + 1}{end}" if held else plain
    known = f"{number or 1}{end}" in FUNCTIONAL_KEYS or sequence in ANSI_SEQUENCES_KEYS
    return sequence if known else None


def _letter(codes: list[int], held: int, text: str) -> str | None:
    code, shifted, base = (*codes, 0, 0, 0)[:3]
    if code in _BARE or not all(map(_is_character, (code, shifted, base))):
        return None
    if code < 32 and code not in _CONTROLS:
        return None
    if code in _PRIVATE and f"{code}u" not in FUNCTIONAL_KEYS:
        return None
    if code in _KEYPAD and len(text) == 1:
        code = ord(text)
    typed = text if text.isprintable() else ""
    if not held & ~_LOCKS & ~_SHIFT:
        typed = typed or _typed(code, shifted, held)
    elif code not in _PRIVATE:
        if code > 0x7F:
            code = base or ord(latin(chr(code)) or chr(code))
        elif not chr(code).isalnum() and chr(base).isalpha():
            code = base  # as Q of Greek and Hebrew, which types a sign
        code = ord(chr(code).lower()[0])  # Caps Lock makes no other key of it
    held &= ~_LOCKS
    modifiers = f"{held + 1}" if held or typed else ""
    letters = ":".join(str(ord(letter)) for letter in typed)
    return f"\x1b[{code};{modifiers};{letters}".rstrip(";") + "u"


def _typed(code: int, shifted: int, held: int) -> str:
    """What a key types for which the terminal did not say it."""
    character = chr(shifted if held & _SHIFT and shifted else code)
    if code in _PRIVATE or not character.isprintable():
        return ""
    upper = bool(held & _SHIFT) is not bool(held & 64)
    return character.upper() if upper and len(character.upper()) == 1 else character


def _is_character(code: int) -> bool:
    return 0 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
