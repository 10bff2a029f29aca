"""The Latin key under a letter of another keyboard layout."""

from __future__ import annotations

import unicodedata

_ROWS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_SHIFTED = 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>~'
_LAYOUTS = (
    "йцукенгшщзхъфывапролджэячсмитьбюё",  # Russian
    "йцукенгшщзхїфівапролджєячсмитьбюґ",  # Ukrainian
    "йцукенгшўзх'фывапролджэячсмітьбюё",  # Belarusian
    ";ςερτυθιοπ[]ασδφγηξκλ΄'ζχψωβνμ,.`",  # Greek
    "/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ;",  # Hebrew
    "ضصثقفغعهخحجدشسيبلاتنمكطئءؤر\0ىةوزذ",  # Arabic; its B types two letters
    "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ[]ㅁㄴㅇㄹㅎㅗㅓㅏㅣ;'ㅋㅌㅊㅍㅠㅜㅡ,.`",  # Korean
)
_LATIN: dict[str, str] = {}
for _layout in reversed(_LAYOUTS):  # where they differ, the first counts
    _LATIN |= zip(_layout.upper(), _SHIFTED, strict=True)
    _LATIN |= zip(_layout, _ROWS, strict=True)


def latin(letter: str) -> str | None:
    """What the key of this letter types on a US keyboard; None for Latin and unknown letters."""
    return _LATIN.get(letter) if letter.isalpha() and not letter.isascii() else None


def key_name(character: str) -> str:
    """Textual's name of the key that types this ASCII character."""
    if character.isalnum():
        return character
    return unicodedata.name(character).lower().replace(" ", "_").replace("-", "_")
