"""The host's last message explained in plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from vasttui.models.instance import Instance


class Cause(Struct, frozen=True):
    """`sentence` says what is wrong and what to do, `note` the same in 22 cells."""

    words: re.Pattern[str]
    sentence: str
    note: str


def _cause(words: str, sentence: str, note: str) -> Cause:
    return Cause(re.compile(words, re.IGNORECASE), sentence, note)


_CAUSES = (
    _cause(
        r"manifest.*not found|manifest unknown|no such image",
        "The image or its tag does not exist: check the spelling and rent again.",
        "no such image or tag",
    ),
    _cause(
        r"pull access denied|repository does not exist",
        "The image is private or misspelled: check its name and the registry login.",
        "private image or typo?",
    ),
    _cause(
        r"unauthorized|authentication required",
        "The registry requires a login for this image: rent again with one.",
        "registry login needed",
    ),
    _cause(
        r"no space left|disk quota",
        "The disk is too small for the image: rent again with a larger one.",
        "disk too small",
    ),
    _cause(
        r"cdi devices|nvidia-container|driver/library version",
        "The host's GPU driver is broken: choose another machine.",
        "host GPU driver broken",
    ),
    _cause(
        r"toomanyrequests|rate limit",
        "Rate limited by the image registry: try again later.",
        "registry rate limit",
    ),
    _cause(
        r"port is already allocated|address already in use",
        "A port is already in use on the host: choose another machine.",
        "port in use on host",
    ),
    _cause(
        r"\bcode 137\b|\boom\b|out of memory",
        "It was killed, usually for running out of memory: use less, or rent more.",
        "killed: out of memory?",
    ),
    _cause(
        r"oci runtime|failed to create task|failed to start",
        "The container failed to start: the log says why.",
        "container start failed",
    ),
    _cause(
        r"dockerfile|docker_build",
        "The host could not prepare the image: choose another machine.",
        "image not prepared",
    ),
    _cause(
        r"timeout|timed out|connection reset|tls handshake",
        "The host's network is unreliable: choose another machine.",
        "host network unstable",
    ),
)


def cause_of(instance: Instance) -> str:
    """A sentence on what is wrong and what to do; empty if unknown."""
    cause = _found(instance)
    return "" if cause is None else cause.sentence


def cause_note(instance: Instance) -> str:
    """The same in 22 cells."""
    cause = _found(instance)
    return "" if cause is None else cause.note


def _found(instance: Instance) -> Cause | None:
    message = instance.status_msg or ""
    if message.startswith("success"):
        return None
    return next((cause for cause in _CAUSES if cause.words.search(message)), None)
