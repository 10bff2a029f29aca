"""Remembers the settings of the last rental with each template."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from vasttui.state.json_file import JsonFile, OwnFile, Write

if TYPE_CHECKING:
    from vasttui.models.template import Template

KEPT = frozenset({"image", "disk", "launch", "way", "args", "rental", "label", "ports"})
"""The fields that are saved. Variables, logins and scripts are not: they may contain secrets; nor
are the times of a reminder and of a stop: they were meant for one rental."""

_MOST = 40
_LONGEST = 1024
_TEMPLATE = ("hash_id", "name", "image", "tag", "runtype")


class Remembered(Struct, frozen=True):
    """The fields of the last rental with a template, or without one if it is None."""

    fields: Mapping[str, str]
    template: Template | None


class RentMemory(OwnFile):
    """What the rent dialog starts with. With `path` None it lasts for this run only. Nothing is
    known until it is loaded."""

    def __init__(self, path: Path | None, write: Write) -> None:
        self._file = JsonFile(path, write, "The settings of your last rentals")
        self._all: dict[str, dict[str, object]] = {}

    def load(self) -> None:
        """Read what earlier runs rented. Blocks."""
        saved = self._file.load().get("rentals")
        entries = saved if isinstance(saved, list) else []
        self._all = {_hash_of(entry): entry for entry in entries if isinstance(entry, dict)}

    def last(self) -> Remembered | None:
        """The last rental; None if there is none."""
        return self.of(next(reversed(self._all))) if self._all else None

    def of(self, hash_id: str) -> Remembered | None:
        """The last rental with this template (an empty id: without one); None if there is none."""
        saved = self._all.get(hash_id)
        if saved is None:
            return None
        fields = {name: text for name, text in _texts(saved).items() if name in KEPT}
        return Remembered(fields, _template(saved.get("template")))

    def keep(self, fields: Mapping[str, str], template: Template | None) -> None:
        """Save the fields of a rental."""
        kept: dict[str, object] = {name: fields[name] for name in KEPT if name in fields}
        hash_id = ""
        if template is not None:
            hash_id = template.hash_id
            kept["template"] = _kept(template)
        self._all.pop(hash_id, None)
        self._all[hash_id] = kept
        while len(self._all) > _MOST:
            del self._all[next(iter(self._all))]
        self._save()

    def renew(self, old_hash: str, template: Template) -> None:
        """A template was edited: what is remembered of it goes to its new version."""
        if old_hash not in self._all or template.hash_id == old_hash:
            return
        renewed = {**self._all[old_hash], "template": _kept(template)}
        others = {key: saved for key, saved in self._all.items() if key != template.hash_id}
        self._all = {
            (template.hash_id if key == old_hash else key): renewed if key == old_hash else saved
            for key, saved in others.items()
        }
        self._save()

    def _save(self) -> None:
        self._file.save({"rentals": list(self._all.values())})


def _kept(template: Template) -> dict[str, object]:
    # start-up: nothing is rented before the first frame
    from vasttui.models.template_needs import needs_as_filters

    return {
        **{name: getattr(template, name) for name in _TEMPLATE},
        "id": template.id, "disk": template.disk, "ports": list(template.ports),
        "needs": needs_as_filters(template.needs),
    }  # fmt: skip


def _hash_of(saved: Mapping[str, object]) -> str:
    template = _template(saved.get("template"))
    return template.hash_id if template is not None else ""


def _texts(saved: Mapping[str, object]) -> dict[str, str]:
    return {
        name: value for name, value in saved.items()
        if isinstance(value, str) and _is_short(value)
    }  # fmt: skip


def _is_short(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST


def _template(saved: object) -> Template | None:
    if not isinstance(saved, dict) or type(saved.get("id")) is not int:
        return None
    texts, disk = _texts(saved), saved.get("disk")
    if not texts.get("hash_id") or not texts.get("name"):
        return None
    # start-up: nothing is read before the first frame
    from vasttui.models.template import Template
    from vasttui.models.template_needs import needs_from

    ports = saved.get("ports")
    return Template(
        id=saved["id"],
        ports=tuple(filter(_is_short, ports)) if isinstance(ports, list) else (),
        needs=needs_from(saved.get("needs")),
        disk=float(disk) if isinstance(disk, int | float) and 0 < disk < 1e6 else None,
        **{name: texts[name] for name in _TEMPLATE if name in texts},  # type: ignore[arg-type]
    )
