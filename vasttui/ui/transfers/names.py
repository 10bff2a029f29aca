"""What the ends of copies are called, and what a name stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vasttui.models.account import Connection
from vasttui.models.backup import BackupFiles
from vasttui.models.data_transfer import End, Kind, cloud_type
from vasttui.models.ssh_address import no_address_reason, ssh_addresses
from vasttui.models.transfer_checks import HERE, Place, here, place_of
from vasttui.services.fleet.snapshot import Fleet, FleetRow


@dataclass(frozen=True, slots=True)
class Known:
    """What can be an end of a copy; `about` says what it is in a few words."""

    kind: Kind
    id: int
    place: Place
    about: str
    cloud_type: str = ""

    def end(self, path: str) -> End:
        """The end at this path of it."""
        name = self.place.name if self.kind == "cloud" else ""
        return End(self.kind, self.id, path, self.cloud_type, name)


def known(fleet: Fleet, kind: Kind, clouds: Sequence[Connection] = ()) -> Sequence[Known]:
    """All of this kind, as they are listed."""
    if kind == "cloud":
        return [
            Known(
                kind,
                int(one.id),
                Place(name=one.name or f"cloud {one.id}"),
                one.cloud_type or "",
                cloud_type(one.cloud_type),
            )
            for one in clouds
            if _is_id(one.id)
        ]
    if kind == "instance":
        return [
            Known(
                kind, row.id, place_of(row.instance, row.phase, _closed(row)),
                ", ".join(filter(None, (row.phase.value, row.instance.country))),
            )
            for row in fleet.rows
        ]  # fmt: skip
    if kind == "volume":
        return [
            Known(
                kind, one.id,
                Place(name=one.name, machine=one.machine_id, country=one.country,
                      size=one.disk_space),
                ", ".join(filter(None, (_size(one.disk_space), one.country))),
            )
            for one in fleet.volumes or ()
        ]  # fmt: skip
    return []


def _closed(row: FleetRow) -> str:
    """Why there is no way in by ssh."""
    if row.is_running and ssh_addresses(row.instance):
        return ""
    return f"{row.instance.name}: {no_address_reason(row.instance, row.phase)}"


def name_of(end: End, fleet: Fleet, clouds: Sequence[Connection] = ()) -> str:
    """`train-a`, `models (volume)`, `backup of 7`, `this computer`, `lab (s3)`."""
    if end.kind == "here":
        return HERE
    found = next((one for one in known(fleet, end.kind, clouds) if one.id == end.id), None)
    name = found.place.name if found is not None else ""
    if end.kind == "backup":
        return f"backup of {end.id}"
    if end.kind == "cloud":
        about = found.about if found is not None else end.cloud_type
        return f"{name or end.name or end.id} ({about or 'cloud'})"
    return f"{name or end.wire} (volume)" if end.kind == "volume" else name or f"{end.id}"


def typed_name(end: End, fleet: Fleet, clouds: Sequence[Connection] = ()) -> str:
    """What to type for this end: its name, or its id where that is needed."""
    names = [one.place.name for one in known(fleet, end.kind, clouds) if one.id == end.id]
    found = find(fleet, end.kind, names[0], clouds) if names else ""
    return names[0] if isinstance(found, Known) and found.id == end.id else f"{end.id or ''}"


def find(
    fleet: Fleet,
    kind: Kind,
    text: str,
    clouds: Sequence[Connection] = (),
    backups: Mapping[int, BackupFiles] = {},
) -> Known | str:
    """What a typed name or id stands for; else why it stands for nothing. `backups` are the files
    that were read, by what they are of."""
    if kind == "here":
        return Known(kind, 0, here(), "")
    everything = known(fleet, kind, clouds)
    typed = text.strip()
    letter, _, digits = typed.rpartition(".")
    number = int(digits) if _is_id(digits) and letter in ("", "C", "V", "vast") else None
    if not typed:
        return f"Which {kind}? Type its name or id."
    if kind == "backup":
        if number is None:
            return "The id of the instance it was made of."
        return _backup(number, backups.get(number))
    found = [one for one in everything if one.id == number]
    found = found or [one for one in everything if one.place.name.casefold() == typed.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        return f"{len(found)} are called {typed}: type the id."
    return f"No {kind} is called {typed}."


def _backup(number: int, files: BackupFiles | None) -> Known:
    """The backup of an instance or volume, and what is known of its files."""
    name = f"backup of {number}"
    if files is None:
        return Known("backup", number, Place(name=name), "not checked")
    size, about = files.gigabytes, files.size_words
    if size is None:
        return Known("backup", number, Place(name=name), files.count_words)
    place = Place(name=name, used=size, held=f"{name} holds {about}", part=files.cut)
    return Known("backup", number, place, about)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < len(text) < 18


def _size(size: float | None) -> str:
    return "" if size is None else f"{size:g} GB"
