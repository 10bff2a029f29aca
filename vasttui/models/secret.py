"""Secrets: what a key looks like, and a text that is never shown by accident."""

from __future__ import annotations

import re

_API_KEY = r"[A-Za-z0-9._-]{16,256}"


def is_api_key(text: str) -> bool:
    """Whether the text looks like an API key and can be sent in a header."""
    return re.fullmatch(_API_KEY, text) is not None


class Secret:
    """A text that no repr, log or traceback shows; equal to another with the same text."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(...)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)
