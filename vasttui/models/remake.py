"""Another image, template or settings for an instance (client 1.9.1 `api/instances.py`)."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vasttui.logs import MASK
from vasttui.models.instance import WITNESS
from vasttui.models.self_stop import hours_in, without_stop

NOTHING = "none"
UNREAD = "?"


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchSettings:
    """What an instance is started with; a field is None where it could not be read. `env` has
    everything that stands there, ports as `-p 80:80` included."""

    image: str | None = None
    args: tuple[str, ...] | None = None
    env: Mapping[str, str] | None = field(default=None, repr=False)
    onstart: str | None = field(default=None, repr=False)
    template_hash: str | None = None
    template_name: str | None = None

    @property
    def variables(self) -> dict[str, str]:
        """The variables that fit on a line; ports, and what identifies its rental, are none."""
        return {
            name: value
            for name, value in (self.env or {}).items()
            if _is_variable(name) and (value.isprintable() or not value)
        }

    @property
    def kept(self) -> dict[str, str]:
        """What stands in the environment besides: it is sent along as it is."""
        shown = self.variables
        return {name: value for name, value in (self.env or {}).items() if name not in shown}

    def same_as(self, other: LaunchSettings) -> bool:
        """Whether both are started alike; what a template is called does not count."""
        return replace(self, template_name=None) == replace(other, template_name=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remake:
    """What to send; None is not sent and stays as it is, or as the template says. `env` is the
    whole new environment, because the documents do not say whether it replaces the old one."""

    image: str | None = None
    args: tuple[str, ...] | None = None
    env: Mapping[str, str] | None = field(default=None, repr=False)
    onstart: str | None = field(default=None, repr=False)
    template_hash: str | None = None

    @property
    def body(self) -> dict[str, object]:
        """The body of `PUT /instances/update_template/{id}/`: only what changes, and no id."""
        body: dict[str, object] = {}
        if self.template_hash is not None:
            body["template_hash_id"] = self.template_hash
        if self.image is not None:
            body["image"] = self.image
        if self.args is not None:
            body["args"] = shlex.join(self.args)
        if self.env is not None:
            body["env"] = dict(self.env)
        if self.onstart is not None:
            body["onstart"] = self.onstart
        return body


def remake_command(instance_id: int, change: Remake) -> str:
    """The equivalent command (client 1.9.1 `cli/commands/instances.py`), with what may be secret
    masked: the values of variables, and the on-start script."""
    env = json.dumps(dict.fromkeys(change.env, MASK)) if change.env is not None else None
    named = (
        ("--template_hash_id", change.template_hash), ("--image", change.image),
        ("--args", None if change.args is None else shlex.join(change.args)), ("--env", env),
        ("--onstart", None if change.onstart is None else MASK if change.onstart else ""),
    )  # fmt: skip
    words = ["vastai", "update", "instance", f"{instance_id}"]
    words += [word for name, value in named if value is not None for word in (name, value)]
    return shlex.join(words)


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of a before–after view."""

    name: str
    before: str
    after: str


def differences(old: LaunchSettings, new: LaunchSettings) -> list[Difference]:
    """What changes, a line each, without a value that may be secret."""
    found = []
    if new.template_hash != old.template_hash:
        found.append(Difference("Template", _template(old), _template(new)))
    if new.image != old.image:
        found.append(Difference("Image", old.image or UNREAD, new.image or UNREAD))
    if new.args != old.args:
        found.append(Difference("Arguments", _args(old), _args(new)))
    if new.env != old.env:
        found += _variables(old, new.env or {})
    before, after = _script(old), _script(new)
    if after != before:
        found.append(Difference("On start", script_words(before), script_words(after)))
    stop, then = (hours_in(one.onstart or "") for one in (old, new))
    if stop != then or (stop is not None and found):
        again = f"{_stop(then)}, counted anew" if stop == then else _stop(then)
        found.append(Difference("Stop itself", _stop(stop), again))
    return found


def _script(settings: LaunchSettings) -> str | None:
    """The on-start script without the line that stops the instance."""
    return None if settings.onstart is None else without_stop(settings.onstart)


def _stop(hours: float | None) -> str:
    return "never" if hours is None else f"{hours:g} h after each start"


def _template(settings: LaunchSettings) -> str:
    return settings.template_name or settings.template_hash or NOTHING


def _args(settings: LaunchSettings) -> str:
    return UNREAD if settings.args is None else shlex.join(settings.args) or NOTHING


def _variables(old: LaunchSettings, new: Mapping[str, str]) -> list[Difference]:
    before = old.env or {}
    missing = UNREAD if old.env is None else NOTHING
    return [
        Difference(
            name,
            "set" if name in before else missing,
            NOTHING if name not in new else "another value" if name in before else "set",
        )
        for name in sorted({*before, *new} - {WITNESS})
        if before.get(name) != new.get(name)
    ]


def script_words(text: str | None) -> str:
    """A script in a few words: its only line, or how many it has."""
    if text is None:
        return UNREAD
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1:
        return f"{len(lines)} lines"
    return lines[0].strip() if lines else NOTHING


def _is_variable(name: str) -> bool:
    return name.isidentifier() and name.isascii() and name != WITNESS
