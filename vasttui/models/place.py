"""Where a machine stands, read from the text in which the service says so."""

from __future__ import annotations


def country_of(place: str | None) -> str:
    """The two-letter country code at the end of a place such as `Sweden, SE`; empty without one."""
    code = (place or "")[-2:]
    return code if len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() else ""
