"""Decodes instances from the service's JSON; unchanged rows stay the same objects.

Only the id is essential, because an instance missing from the list looks destroyed. Any other
unreadable field is None and named in `Instance.unread`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from vasttui.models.decode_fields import PRICE, Check, RowDecoder, as_it_is, between, reason, whole
from vasttui.models.decode_json import NotJson, read_json
from vasttui.models.instance import WITNESS, AttachedVolume, Instance, InstanceList, PortMapping
from vasttui.models.measured import measured
from vasttui.models.self_stop import hours_in
from vasttui.text import MESSAGE_CAP, clean

T = TypeVar("T")

_REASONS = 5
_ROWS = re.compile(rb'"instances"\s*:\s*\[')
_rows = msgspec.json.Decoder(list[msgspec.Raw]).decode
_TIME_LEFT = b'"duration":'
"""Seconds until the contract ends: not decoded, and other ones in every answer. No text holds
this, as a quotation mark in a text has a backslash before it."""
_PORT = re.compile(r"([1-9][0-9]{0,4})/([a-z]{1,8})")
_DIGITS = re.compile(r"[0-9]{1,5}")
_TOKEN = re.compile(r"[!-~]{0,1024}")


class InstanceDecoder:
    """Decodes a list of instances page by page; the next time, only the rows that changed.

    It remembers a digest of each row, not its bytes, because they contain secrets: Python's own
    64-bit hash with a key that each run chooses, ten times as fast as SHA-256.
    """

    def __init__(self) -> None:
        self._by_digest: dict[int, Instance] = {}
        self._by_id: dict[int, tuple[int, Instance]] = {}

    def page(self, data: bytes) -> object:
        """The answer in `data`, with its list `instances` replaced by an `InstanceList`. Raises
        NotJson."""
        found = _split(data)
        if found is None:
            document = read_json(data)
            if isinstance(document, dict) and isinstance(document.get("instances"), list):
                document["instances"] = self._decode_all(document["instances"])
            return document
        document, rows = found
        collected = _Collected()
        for row in rows:
            self._take(bytes(row), collected)
        document["instances"] = collected.decoded()
        return document

    def forget_all_but(self, instances: Iterable[Instance]) -> None:
        """Remember only these: after a complete reading the others are gone."""
        kept = {instance.id for instance in instances}
        for number in self._by_id.keys() - kept:
            digest, _ = self._by_id.pop(number)
            self._by_digest.pop(digest, None)

    def _take(self, row: bytes, collected: _Collected) -> None:
        """Collect the instance in a row, which is decoded if it has changed."""
        before, _, left = row.partition(_TIME_LEFT)
        digest = hash((before, left.partition(b",")[2]))
        known = self._by_digest.get(digest)
        if known is None:
            self._collect(read_json(row), collected, digest)
        else:
            collected.instances.append(known)

    def _decode_all(self, rows: Iterable[object]) -> InstanceList:
        collected = _Collected()
        for row in rows:
            self._collect(row, collected, 0)
        return collected.decoded()

    def _collect(self, row: object, collected: _Collected, digest: int) -> None:
        instance = instance_from(row)
        if instance is None:
            collected.reasons.append(reason("An instance cannot be shown", row, ("id",)))
        else:
            collected.instances.append(self._remember(instance, digest))

    def _remember(self, instance: Instance, digest: int) -> Instance:
        """The object for this row: the old one if no decoded field has changed."""
        old_digest, old = self._by_id.get(instance.id, (0, None))
        self._by_digest.pop(old_digest, None)
        if old == instance:
            instance = old
        self._by_id[instance.id] = (digest, instance)
        if digest:
            self._by_digest[digest] = instance
        return instance


def _split(data: bytes) -> tuple[dict[str, object], list[msgspec.Raw]] | None:
    """A page without its instances, and their rows; None if that fails.

    Where the list begins and ends is guessed from the text and proved by parsing: it is a JSON
    array, and what is around it an object with such an array.
    """
    head = _ROWS.search(data)
    if head is None:
        return None
    end = data.rfind(b"]")
    try:
        document = read_json(data[: head.end()] + data[end:])
        rows = _rows(data[head.end() - 1 : end + 1])
    except (NotJson, msgspec.DecodeError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("instances") != []:
        return None
    return document, rows


class _Collected:
    """The rows of a page so far."""

    def __init__(self) -> None:
        self.instances: list[Instance] = []
        self.reasons: list[str] = []

    def decoded(self) -> InstanceList:
        shown = tuple(self.reasons[:_REASONS])
        return InstanceList(tuple(self.instances), len(self.reasons), shown)


def instance_from(row: object) -> Instance | None:
    """The instance in a parsed row; None if its id is unreadable."""
    instance, wrong = _instance.decode(row)
    if instance is None:
        return None
    instance = measured(instance)
    if not wrong:
        return instance
    return replace(instance, unread=tuple(_FIELD_NAMES.get(name, name) for name in wrong))


def _message(value: object) -> str:
    return clean(as_it_is(value), MESSAGE_CAP)


def _script(value: object) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return bool(value.strip())
    raise ValueError("not a script")


def _token(value: object) -> str | None:
    """A token goes into a URL, so anything that could break out of it is rejected."""
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise ValueError("not a token")
    return value or None


def _readable(items: Iterable[object], read: Callable[[object], Iterable[T]]) -> tuple[T, ...]:
    """The readable items, without duplicates. Raises ValueError if there are only bad ones."""
    found: dict[T, None] = {}
    bad = False
    for item in items:
        try:
            found.update(dict.fromkeys(read(item)))
        except ValueError:
            bad = True
    if bad and not found:
        raise ValueError("nothing in it can be read")
    return tuple(found)


def _ports(value: object) -> tuple[PortMapping, ...]:
    """Docker's map of ports. The list form on one page of the docs does not give the host ports, so
    it counts as none (docs: "show instance")."""
    if value is None or isinstance(value, list):
        return ()
    if not isinstance(value, dict):
        raise ValueError("not a map of ports")
    return _readable(value.items(), _mappings)


def _mappings(item: object) -> list[PortMapping]:
    """The mappings of one port, without those for IPv6, which repeat the others."""
    assert isinstance(item, tuple)
    name, bound = item
    found = _PORT.fullmatch(name)
    if found is None or int(found[1]) > 65_535:
        raise ValueError("not a port")
    if bound is None:
        return []
    if not isinstance(bound, list) or not all(isinstance(entry, dict) for entry in bound):
        raise ValueError("not a list of bindings")
    entries = [entry for entry in bound if entry.get("HostIp") != "::"] or bound
    return [PortMapping(int(found[1]), found[2], _port_number(entry)) for entry in entries]


def _port_number(entry: Mapping[str, object]) -> int:
    number = entry.get("HostPort")
    if isinstance(number, str) and _DIGITS.fullmatch(number):
        number = int(number)
    if not isinstance(number, int) or isinstance(number, bool) or not 1 <= number <= 65_535:
        raise ValueError("not a port")
    return number


def _stops_after(value: object) -> float | None:
    return hours_in(value) if isinstance(value, str) else None


def _env_names(value: object) -> tuple[str, ...]:
    """Only the names, from pairs or an object, because the values may be secrets."""
    if value is None:
        return ()
    if isinstance(value, dict):
        return _readable(value, _env_name)
    if isinstance(value, list):
        return _readable(
            (pair[0] if isinstance(pair, list) and pair else None for pair in value), _env_name
        )
    raise ValueError("not an environment")


def _env_name(name: object) -> list[str]:
    if not isinstance(name, str):
        raise ValueError("not a name")
    shown = clean(name.partition("=")[0])
    return [shown] if shown else []


def _intent(value: object) -> str | None:
    """The value of the variable by which a rental recognises its instance."""
    pairs: Iterable[object] = value.items() if isinstance(value, dict) else ()
    for pair in value if isinstance(value, list) else pairs:
        if isinstance(pair, list | tuple) and len(pair) == 2 and pair[0] == WITNESS:
            return clean(pair[1]) if isinstance(pair[1], str) else None
    return None


def _volumes(value: object) -> tuple[AttachedVolume, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise ValueError("not a list of volumes")
    return _readable(value, _attached)


def _attached(row: object) -> list[AttachedVolume]:
    volume = _volume.readable(row)
    if volume is None:
        raise ValueError("not a volume")
    return [volume]


_CHECKS: Mapping[str, Check] = {
    "id": whole(1),
    **dict.fromkeys(("machine_id", "host_id"), whole(1)),
    **dict.fromkeys(
        ("num_gpus", "gpu_ram", "gpu_totalram", "cpu_ram", "direct_port_count"), whole(0)
    ),
    **dict.fromkeys(
        (
            "min_bid", "dph_base", "dph_total", "storage_cost", "storage_total_cost",
            "inet_up_cost", "inet_down_cost", "disk_space", "start_date", "end_date",
        ),
        PRICE,
    ),
    "gpu_util": between(0, 100),
    "status_msg": _message,
    "onstart": _script,
    "stops_after": _stops_after,
    "jupyter_token": _token,
    "ports": _ports,
    "env_names": _env_names,
    "intent": _intent,
    "volume_info": _volumes,
}  # fmt: skip
_WIRE_NAMES = {"env_names": "extra_env", "intent": "extra_env", "stops_after": "onstart"}
_FIELD_NAMES = {"extra_env": "env_names"}

_volume = RowDecoder(AttachedVolume, {"id": whole(1)})
_instance = RowDecoder(Instance, _CHECKS, wire_names=_WIRE_NAMES, ours={"unread"})
