"""What hosts report about copies, in the status message of an instance (docs: "copy")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

LATE = 30.0
"""Seconds that the reports are behind."""

SECONDS = 120.0
"""Seconds that a copy takes."""

_STEPS = 10


@dataclass(frozen=True, slots=True)
class Said:
    """A message that is shown from `at` (epoch seconds) on, about a copy into `target`."""

    at: float
    text: str
    target: str


def received(target: str, begun: float) -> Iterator[Said]:
    """What the destination says of a copy that arrives."""
    for step in range(_STEPS):
        at = begun + LATE + SECONDS * step / _STEPS
        yield Said(at, f"receiving copy {100 * step // _STEPS}%", target)
    yield Said(begun + LATE + SECONDS, "Done receiving copy", target)


def failed(target: str, begun: float, path: str) -> Iterator[Said]:
    """What the source says of a copy into a folder that is not there."""
    text = f'rsync: [Receiver] mkdir "{path}" failed: No such file or directory (2)'
    yield Said(begun + LATE, text, target)


def synced(target: str, begun: float, *, dry: bool) -> Iterator[Said]:
    """What an instance says of a copy to or from a cloud; a `dry` run copies nothing."""
    if not dry:
        yield Said(begun + LATE, "Transferred: 1.204 GiB / 2.408 GiB, 50%", target)
    yield Said(begun + LATE + (0 if dry else SECONDS), "Cloud Copy Operation Finished", target)


def refused(target: str, begun: float, path: str) -> Iterator[Said]:
    """What an instance says of a copy to or from a bucket that is not there."""
    text = f"ERROR : {path}: Failed to copy: NoSuchBucket: The specified bucket does not exist"
    yield Said(begun + LATE, text, target)


def message_at(said: list[Said], now: float) -> str | None:
    """The last of these at that time; None if there is none yet."""
    return next((one.text for one in reversed(said) if one.at <= now), None)
