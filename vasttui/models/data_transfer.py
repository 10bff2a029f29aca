"""A copy between two places: the hosts make it (docs: "copy"; client 1.9.1 `api/storage.py`), or
rsync on this computer."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from vasttui.models.copy_words import share_in

Kind = Literal["instance", "volume", "backup", "here", "cloud"]

LETTERS: Mapping[Kind, str] = {
    "instance": "C", "volume": "V", "backup": "vast", "cloud": "cloud",
}  # fmt: skip
"""What the service calls the kinds of ends (client 1.9.1 `copy`); `cloud` is a word of ours."""

DRY_RUN = "--dry-run"

MOST_SAID = 50
_CLIENT = {"instance": "instance_id", "connection": "selected"}
_END = re.compile(r"(C|V|[a-z][a-z0-9_]{0,29})\.([1-9][0-9]{0,17}):(.+)", re.DOTALL)
_CLOUD_TYPE = re.compile(r"(?!vast$|cloud$|local$)[a-z][a-z0-9_]{0,29}")


class Stage(Enum):
    """How far a copy is, in the word shown on screen."""

    ASKED = "asked for"
    COPYING = "accepted"
    STOPPING = "stopping"
    FAILED = "failed"
    UNKNOWN = "unknown"
    STOPPED = "stopped"
    DONE = "done"

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected."""
        return self in (Stage.FAILED, Stage.UNKNOWN, Stage.STOPPED, Stage.DONE)


@dataclass(frozen=True, slots=True)
class End:
    """One end of a copy: an instance, a volume, a backup of an instance, a connection to a cloud or
    this computer (whose id is 0), and a path there."""

    kind: Kind
    id: int
    path: str
    cloud_type: str = field(default="", compare=False)
    """What the service calls the kind of this cloud, as `s3`; empty if that is not known."""

    name: str = field(default="", compare=False)
    """What the connection to a cloud is called; empty if that is not known."""

    @property
    def wire(self) -> str:
        """Its id as the service writes it."""
        return f"{self.cloud_type or LETTERS[self.kind]}.{self.id}"

    @property
    def place(self) -> tuple[Kind, int]:
        """What it is an end at, whatever the path."""
        return self.kind, self.id

    def __str__(self) -> str:
        """As the official client takes it: `C.7:/workspace/`."""
        if self.kind == "here":
            return self.path
        return f"{self.wire}:{self.path}"


def end_from(text: str) -> End:
    """The end that `str` wrote. Raises ValueError for any other text."""
    found = _END.fullmatch(text)
    if found is None:
        raise ValueError(text)
    kinds = {letter: kind for kind, letter in LETTERS.items()}
    kind = kinds.get(found[1], "cloud")
    if kind != "cloud" and not found[3].startswith("/"):
        raise ValueError(text)
    return End(kind, int(found[2]), found[3], cloud_type(found[1]))


def cloud_type(text: str | None) -> str:
    """The kind of a cloud, where it can be sent; else empty."""
    return text if text and _CLOUD_TYPE.fullmatch(text) else ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far rsync is: bytes `sent`, `share` of all bytes in percent, `rate` in bytes/s, seconds
    `left` as far as it said. `files` are the files sent, `checked` how many of all `entries` (files
    and folders) it is done with; None until it said so."""

    sent: int
    share: int
    rate: float
    left: int | None = None
    files: int | None = None
    checked: int | None = None
    entries: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What the status message of an instance said; `at` (epoch seconds) is when it was first seen
    here. What is not `known` may be about something else."""

    at: float
    by: int
    text: str
    known: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One copy. `number` is its row in the journal, `before` what the instances at both ends said
    when it was asked for. Times are epoch seconds: `asked_at`, and `since` it is in its `stage`.

    One of this computer has no row and a number below 0; `run` is the command that makes it and
    `progress` how far that is. One to or from a cloud has the `flags` it was asked for with, and
    the address of its `log`."""

    number: int
    source: End
    target: End
    asked_at: float
    since: float
    stage: Stage = Stage.ASKED
    before: Mapping[int, str] = field(default_factory=dict)
    run: tuple[str, ...] = ()
    progress: Progress | None = None
    flags: tuple[str, ...] = ()
    log: str = ""
    said: tuple[Said, ...] = ()
    why: str = ""

    @property
    def share(self) -> str:
        """The last percentage that was said, as `41 %`; empty if there is none."""
        return share_in(self.said[-1].text) if self.said else ""

    @property
    def is_sync(self) -> bool:
        """Whether it is between an instance and a cloud."""
        return is_sync(self.source, self.target)

    @property
    def lane(self) -> tuple[str, int]:
        """What a cancel of it is for: see `lane`."""
        return lane(self.source, self.target)

    @property
    def so_far(self) -> str:
        """` at 62 %`; empty before rsync says so."""
        return "" if self.progress is None else f" at {self.progress.share} %"

    @property
    def word(self) -> str:
        """Its stage, as shown on screen."""
        told = self.run or any(one.known for one in self.said)
        copies = self.stage is Stage.COPYING and told
        return "copying" if copies else self.stage.value

    @property
    def command(self) -> str:
        """The command that was run, or that of the official client."""
        if self.run:
            return shlex.join(self.run)
        if self.is_sync:
            body = cloud_body(self.source, self.target, self.flags)
            words = ("src", "dst", "instance", "connection", "transfer")
            values = (f"{body[_CLIENT.get(word, word)]}" for word in words)
            named = (part for word, value in zip(words, values, strict=True)
                     for part in (f"--{word}", value))  # fmt: skip
            return shlex.join(("vastai", "cloud", "copy", *named, *self.flags))
        return shlex.join(("vastai", "copy", f"{self.source}", f"{self.target}"))


def is_cloud(source: End, target: End) -> bool:
    """Whether one of them is a cloud."""
    return "cloud" in (source.kind, target.kind)


def is_sync(source: End, target: End) -> bool:
    """Whether one is a cloud and the other an instance: those copies are requests of their own."""
    return {source.kind, target.kind} == {"cloud", "instance"}


def is_silent(source: End, target: End) -> bool:
    """Whether nothing reports what arrives: neither a volume nor a cloud does."""
    return target.kind == "volume" or (target.kind == "cloud" and not is_sync(source, target))


def lane(source: End, target: End) -> tuple[str, int]:
    """A cancel stops all copies of a lane: those into one instance, volume or cloud, or those
    between one instance and any cloud."""
    if not is_sync(source, target):
        return target.place
    return "sync", (target if source.kind == "cloud" else source).id


def copy_body(source: End, target: End) -> Mapping[str, object]:
    """The request for a copy (client 1.9.1 `copy`)."""
    return {
        "client_id": "me", "src_id": source.wire, "dst_id": target.wire,
        "src_path": source.path, "dst_path": target.path,
    }  # fmt: skip


def cloud_body(source: End, target: End, flags: Sequence[str]) -> Mapping[str, object]:
    """The request for a copy to or from a cloud (client 1.9.1 `cloud copy`)."""
    up = target.kind == "cloud"
    instance, connection = (source, target) if up else (target, source)
    return {
        "src": source.path, "dst": target.path, "instance_id": f"{instance.id}",
        "selected": f"{connection.id}",
        "transfer": "Instance To Cloud" if up else "Cloud To Instance", "flags": list(flags),
    }  # fmt: skip


def cancel_cloud_body(source: End, target: End) -> Mapping[str, object]:
    """The request to cancel all copies between an instance and clouds (client 1.9.1 `cancel
    sync`)."""
    return {"client_id": "me", "dst_id": f"{lane(source, target)[1]}"}


def cancel_body(target: End) -> Mapping[str, object]:
    """The request to cancel all copies into a target (client 1.9.1 `cancel copy`)."""
    return {"client_id": "me", "dst_id": target.wire}
