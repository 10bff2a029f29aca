"""Volumes: listed, searched, made, cloned, deleted (docs: "volumes"; client 1.9.1
`api/storage.py`)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vasttui.simulator.account.contracts import Contracts
from vasttui.simulator.account.meter import Meter
from vasttui.simulator.account.shelf import Mount, StoredVolume
from vasttui.simulator.http.routing import Call, Route
from vasttui.simulator.http.wire import Reply, error_reply, json_reply
from vasttui.simulator.market.offers import fixed
from vasttui.simulator.market.spaces import Room, Spaces

DEFAULT_SIZE = 15
_INTERVAL = 5.5
_NAME = re.compile(r"[A-Za-z0-9_]{1,64}")
_NAME_RULE = (
    "invalid volume name: {name}. Max length 64, alphanumeric and underscore characters only"
)
_SHOWN = (
    "machine_id", "host_id", "cluster_id", "disk_name", "driver_version", "cuda_max_good",
    "cpu_name", "cpu_arch", "mobo_name", "os_version", "inet_up", "inet_down", "reliability2",
    "verification", "static_ip", "public_ipaddr", "geolocation",
)  # fmt: skip
_NO_CREDIT = "Your account lacks credit; see the billing page."


class Volumes:
    """The account's volumes, and the market's room for more."""

    def __init__(self, contracts: Contracts, spaces: Spaces, *, terse: bool) -> None:
        """`terse`: instances come as objects, and a new volume without its `volume_id`."""
        self._contracts, self._shelf = contracts, contracts.shelf
        self._spaces, self._terse = spaces, terse

    def routes(self) -> Sequence[Route]:
        """The paths of this resource."""
        base = "/api/v0/volumes"
        rows = (
            ("GET", base, "volumes", self._list),
            ("POST", f"{base}/search", "search_volumes", self._search),
            ("PUT", base, "create_volume", self._create),
            ("DELETE", base, "delete_volume", self._delete),
            ("POST", f"{base}/copy", "clone_volume", self._clone),
        )
        return [
            Route(method, path, name, handler, interval=_INTERVAL)
            for method, path, name, handler in rows
        ]

    def _list(self, call: Call) -> Reply:
        self._contracts.all(call.now)
        local = call.request.query.get("type", "all_volume") in ("all_volume", "local_volume")
        rows = [self._row(volume, call.now) for volume in self._shelf.all()] if local else []
        return json_reply({"volumes": rows})

    def _row(self, volume: StoredVolume, now: float) -> dict[str, object]:
        facts, held = fixed(volume.chunk.machine), volume.is_held(now)
        holders = [volume.holder] if held else []
        return {
            "id": volume.id, "label": volume.label, "type": "machine",
            "status": "in-use" if held else "created",
            **{name: facts[name] for name in _SHOWN},
            "disk_space": volume.size, "storage_total_cost": volume.hourly,
            "start_date": volume.start_date, "end_date": volume.end_date,
            "instances": [{"id": one} for one in holders] if self._terse else holders,
        }  # fmt: skip

    def _search(self, call: Call) -> Reply:
        return json_reply({"offers": self._spaces.search(call.request.json_object(), call.now)})

    def _create(self, call: Call) -> Reply:
        body = call.request.json_object()
        refused, volume = self.make(body, call.now)
        if refused is not None or volume is None:
            return refused or _invalid("Invalid args")
        named = {"success": True, "volume_name": f"V.{volume.id}"}
        return json_reply(named if self._terse else {**named, "volume_id": volume.id})

    def make(
        self, body: Mapping[str, object], now: float
    ) -> tuple[Reply | None, StoredVolume | None]:
        """A new volume of `size` GB, called `name`, in the room `id`; or why there is none."""
        size, name, offer = body.get("size", DEFAULT_SIZE), body.get("name"), body.get("id")
        if type(size) is not int or size < 1 or type(offer) is not int:
            return _invalid("Invalid args: 'id' and 'size' must be whole numbers"), None
        if name is not None and not (isinstance(name, str) and _NAME.fullmatch(name)):
            return error_reply(422, "invalid_args", _NAME_RULE.format(name=name)), None
        room = self._spaces.find(offer, now)
        refused = self._refusal(room, size, now)
        if refused is not None or room is None:
            return refused, None
        return None, self._place(room, size, str(name or ""), now)

    def _refusal(self, room: Room | None, size: float, now: float) -> Reply | None:
        if self._contracts.credit(now) <= 0:
            return error_reply(400, "insufficient_credit", _NO_CREDIT)
        if room is None:
            return error_reply(404, "no_such_ask", "Volume offer is no longer available.")
        if size > room.free:
            return _invalid(f"Only {room.free:.0f} GB are available.")
        return None

    def _place(self, room: Room, size: float, name: str, now: float) -> StoredVolume:
        number = self._shelf.new_id()
        volume = StoredVolume(
            id=number, chunk=room.ask.chunk, size=float(size), label=name or f"V.{number}",
            start_date=now, end_date=room.ask.moment.end_date, created_from=room.id,
            meter=Meter(now),
        )  # fmt: skip
        self._shelf.add(volume)
        return volume

    def _delete(self, call: Call) -> Reply:
        number = call.request.query.get("id", call.request.json_object().get("id"))
        if not str(number).isdecimal():
            return _invalid("Please provide a valid volume ID.")
        self._contracts.all(call.now)
        volume = self._shelf.get(int(str(number)))
        if volume is None:
            text = "Volume with that ID does not exist."
            return error_reply(404, "no_such_volume", text)
        if volume.is_held(call.now):
            return _invalid(f"Volume {number} is in use by instance {volume.holder}.")
        self._shelf.remove(volume.id)
        return json_reply({"success": True})

    def _clone(self, call: Call) -> Reply:
        body = call.request.json_object()
        source, offer = body.get("src_id"), body.get("dst_id")
        self._contracts.all(call.now)
        volume = self._shelf.get(source) if type(source) is int else None
        if volume is None:
            text = "Volume with that ID does not exist."
            return error_reply(404, "no_such_volume", text)
        if type(offer) is not int or body.get("size", volume.size) != volume.size:
            return _invalid("Invalid args: 'dst_id' is an offer, and 'size' cannot be changed")
        room = self._spaces.find(offer, call.now)
        refused = self._refusal(room, volume.size, call.now)
        if refused is None and room is not None:
            self._place(room, volume.size, volume.label, call.now)
        return refused or json_reply({"success": True, "msg": "Volume copy started."})

    def mount(
        self, info: object, machine: int, now: float
    ) -> tuple[Reply | None, tuple[StoredVolume, str] | None]:
        """The volume that a rental on this machine asks for and its path, or why it cannot have it;
        a new one is made only by `make`."""
        if not isinstance(info, Mapping) or not info:
            return None, None
        path, number = info.get("mount_path"), info.get("volume_id")
        if not isinstance(path, str) or not path.startswith("/") or type(number) is not int:
            return _invalid("Invalid args: 'volume_info' needs a mount_path and a volume_id"), None
        if info.get("create_new") is True:
            size = info.get("size", DEFAULT_SIZE)
            size = int(size) if isinstance(size, float) and size == int(size) else size
            wanted = {"id": number, "size": size, "name": info.get("name")}
            room = self._spaces.find(number, now)
            if room is None or room.ask.chunk.machine.machine_id != machine:
                return _invalid("Volume offer is not on that machine."), None
            refused, made = self.make(wanted, now)
            return refused, None if made is None else (made, path)
        volume = self._shelf.get(number)
        if volume is None:
            text = "Volume with that ID does not exist."
            return error_reply(404, "no_such_volume", text), None
        if volume.machine != machine:
            return _invalid("The volume is on another machine."), None
        if volume.is_held(now):
            return _invalid(f"Volume {number} is in use by instance {volume.holder}."), None
        return None, (volume, path)

    @staticmethod
    def attach(volume: StoredVolume, path: str, contract: int, now: float) -> Mount:
        """The volume is the contract's from now on."""
        volume.holder, volume.freed_at = contract, None
        return Mount(volume.id, volume.label, volume.size, path, now, volume.created_from)


def _invalid(text: str) -> Reply:
    return error_reply(400, "invalid_args", text)
