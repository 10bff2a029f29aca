"""The location of a machine, parsed from the service's text."""

from __future__ import annotations


def country_of(place: str | None) -> str:
    """The two-letter country code at the end of a location such as `Sweden, SE`; or empty."""
    code = (place or "")[-2:]
    return code if len(code) == 2 and code.isascii() and code.isalpha() and code.isupper() else ""
