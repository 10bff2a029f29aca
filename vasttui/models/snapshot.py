"""A snapshot of a container that is pushed to a registry (client 1.9.1 `api/instances.py`)."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

from vasttui.logs import MASK
from vasttui.models.private_key import SENTENCE, holds_private_key

_HOST = r"(?:(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::[0-9]{1,5})?|[a-z0-9-]+:[0-9]{1,5})"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_WHOLE = re.compile(rf"{_HOST}/{_PART}(?:/{_PART})+")
_STARTS_WITH_HOST = re.compile(rf"{_HOST}(?:/|$)")
_TAG = re.compile(r":[^/]*\Z")
_PAGES = {
    "docker.io": "https://hub.docker.com/r/{path}/tags",
    "quay.io": "https://quay.io/repository/{path}?tab=tags",
    "ghcr.io": "https://github.com/{owner}?tab=packages",
}


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """Push the container to `repository` (registry host, namespace and name), with a `login` and
    its `password` or token; with `pause` its processes stand still meanwhile."""

    repository: str
    login: str
    password: str = field(repr=False)
    pause: bool = True

    @property
    def body(self) -> dict[str, object]:
        """The body of `POST /instances/take_snapshot/{id}/`. An id in it is refused."""
        return {
            "container_registry": self.repository.partition("/")[0],
            "personal_repo": self.repository,
            "docker_login_user": self.login,
            "docker_login_pass": self.password,
            "pause": "true" if self.pause else "false",
        }


def snapshot_command(instance_id: int, request: SnapshotRequest) -> str:
    """The equivalent command (client 1.9.1 `cli/commands/misc.py`), the password masked."""
    words = ["vastai", "take", "snapshot", f"{instance_id}"]
    words += ["--container_registry", request.repository.partition("/")[0]]
    words += ["--repo", request.repository, "--docker_login_user", request.login]
    words += ["--docker_login_pass", MASK, "--pause", "true" if request.pause else "false"]
    return shlex.join(words)


def page_of(repository: str) -> str:
    """Where its tags are seen on the web; empty for a registry whose pages are not known."""
    host, _, path = repository.partition("/")
    return _PAGES.get(host, "").format(path=path, owner=path.partition("/")[0])


def repository_problem(text: str) -> str:
    """What is wrong with the name of a repository; empty when nothing is."""
    if holds_private_key(text):
        return SENTENCE
    if not text:
        return "Where should it go? Such as docker.io/me/snapshots."
    if "://" in text:
        return "Without https://: it is a name, not an address."
    if "@" in text:
        return "Without a digest (@…): Vast.ai pushes a new image."
    if text != text.lower():
        return "In lowercase: registries take no capital letters."
    if _WHOLE.fullmatch(text):
        return ""
    if "/" in text and _TAG.search(text):
        return "Without a tag (:…): Vast.ai makes one of the instance's id and the time."
    if not _STARTS_WITH_HOST.match(text):
        return "Begin with the registry, such as docker.io/: without it, it goes to Docker Hub."
    return "Format: registry/namespace/name, such as docker.io/me/snapshots."


def login_problem(text: str) -> str:
    """What is wrong with a name or password to push with; empty when nothing is."""
    if holds_private_key(text):
        return SENTENCE
    if not text:
        return "Needed: a registry takes no image without a login."
    return "" if text.isprintable() else "It contains a character that cannot be sent."
