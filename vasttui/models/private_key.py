"""Recognises private keys, which must never be sent to a host."""

from __future__ import annotations

import base64
import binascii
import re

SENTENCE = "That is a private key: it stays on this computer."

_MARKS = re.compile(
    r"BEGIN[\s_]+(?:[A-Z0-9]+[\s_]+)*PRIVATE[\s_]+KEY|PuTTY-User-Key-File|openssh-key-v1"
    r"|AGE-SECRET-KEY-1|\bENCRYPTED[\s_]+PRIVATE[\s_]+KEY\b"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}")


def holds_private_key(text: str) -> bool:
    """Whether a private key is in the text, as it is or in base64."""
    if _MARKS.search(text):
        return True
    return any(_MARKS.search(_decoded(word[0])) for word in _BASE64.finditer(text))


def _decoded(word: str) -> str:
    word = word.replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(word[: len(word) // 4 * 4]).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""
