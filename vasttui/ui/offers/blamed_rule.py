"""The rules that may be to blame for an empty list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BlamedRule:
    """A rule, and what dropping it would bring."""

    label: str
    effect: str
