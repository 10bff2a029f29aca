"""States of a serverless worker, and what each is charged (docs: "worker states", "pricing")."""

from __future__ import annotations

_BOTH, _DISK, _NOTHING = (True, True), (False, True), (False, False)
_CHARGED = {
    "pending": _NOTHING, "creating": _DISK, "created": _DISK, "stopped": _DISK, "unavail": _DISK,
    "error": _NOTHING, "destroying": _NOTHING,
}  # fmt: skip

UNKNOWN = "parking"
"""A state that is in no description of the service."""


def bills(state: str) -> tuple[bool, bool]:
    """Whether GPUs and disk are charged in that state: both, unless it says otherwise."""
    return _CHARGED.get(state, _BOTH)
