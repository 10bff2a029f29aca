"""Instances: list, rent, change, destroy, logs, commands (client 1.9.1 `api/instances.py`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Literal

from msgspec import structs
from msgspec.structs import replace

from vasttui.api.engine import Engine, ResourceClient
from vasttui.api.log_text import shown_lines
from vasttui.api.operations import OPERATIONS
from vasttui.api.outcome import Fate, Outcome, new_contract
from vasttui.api.paging import pages
from vasttui.api.result_files import ResultFiles
from vasttui.errors import (
    AuthRejected,
    BrokenAnswer,
    NotFound,
    PermissionDenied,
    RateLimited,
    Rejected,
)
from vasttui.models.decode_instance import InstanceDecoder, instance_from
from vasttui.models.instance import Instance, InstanceList
from vasttui.models.log import LogRequest, TextAnswer
from vasttui.text import MESSAGE_CAP, clean

if TYPE_CHECKING:
    from vasttui.models.remake import LaunchSettings, Remake
    from vasttui.models.rent import RentRequest
    from vasttui.models.snapshot import SnapshotRequest

_PAGE = 25
_REASONS = 5
_QUERY = {"order_by": json.dumps([{"col": "id", "dir": "asc"}]), "limit": str(_PAGE)}
_GONE = {"no_such_instance", "not_found"}


class InstancesClient(ResourceClient):
    """The account's instances. Reads raise `VastError`. Changes are sent once, raise nothing, and
    return an `Outcome`, which may be that the result is unknown."""

    def __init__(self, engine: Engine, files: ResultFiles) -> None:
        super().__init__(engine)
        self._files = files
        self._decoder = InstanceDecoder()

    async def list(self) -> InstanceList:
        """All instances: `GET /api/v1/instances/`, all pages (docs: "show instances").

        An instance that has not changed since the last call is the same object. Raises `VastError`
        if any page fails: a partial list would make instances look destroyed.
        """
        listed = await self._listed(self._decoder, {})
        self._decoder.forget_all_but(listed.instances)
        return listed

    async def labelled(self, label: str) -> InstanceList:
        """The instances with exactly this label, filtered here if the service refuses to: `GET
        /api/v1/instances/`, all pages (docs: "show instances"). Raises `VastError` if both fail."""
        try:
            found = await self._listed(InstanceDecoder(), {"label": {"in": [label]}})
        except (AuthRejected, PermissionDenied, RateLimited):
            raise
        except Rejected:
            found = await self.list()
        return replace(found, instances=tuple(one for one in found.instances if one.label == label))

    async def get(self, instance_id: int) -> Instance | None:
        """One instance, None if it does not exist: `GET /instances/{id}/` (docs: "show
        instance")."""
        operation = OPERATIONS["get"].at(id=instance_id)
        try:
            row = _row(await self._engine.read(operation, {"owner": "me"}))
        except NotFound as error:
            if error.code in _GONE:
                return None
            raise
        if row is None:
            return None
        found = instance_from(row)
        if found is None or found.id != instance_id:
            raise BrokenAnswer("Vast.ai answered with a different instance.")
        return found

    async def rent(self, request: RentRequest, nonce: str) -> Outcome:
        """Rent an offer, once: `PUT /asks/{id}/` (docs: "create instance").

        `nonce` goes into the label (`<label> vt-<nonce>`) and the variable `VASTTUI_INTENT`, to
        find the instance if the answer is lost. Only the contract number of the answer is kept, as
        it also holds a key to the instance. Even a refused request may have created a contract.
        """
        # start-up: nothing is rented yet
        from vasttui.models.rent_body import rent_body

        outcome = await self._engine.write(
            OPERATIONS["rent"].at(id=request.ask), rent_body(request, nonce)
        )
        contract = new_contract(outcome)
        if contract is not None:
            return structs.replace(outcome, data={"new_contract": contract})
        if outcome.fate is Fate.OK:
            error = BrokenAnswer(
                "Vast.ai answered without naming the new instance.",
                hint="vasttui searches for it by its label.",
            )
            return Outcome(Fate.UNKNOWN, error=error, status=outcome.status)
        return structs.replace(outcome, data=None)

    async def set_state(self, instance_id: int, state: Literal["running", "stopped"]) -> Outcome:
        """Start or stop an instance: `PUT /instances/{id}/` (docs: "manage instance")."""
        return await self._engine.write(OPERATIONS["manage"].at(id=instance_id), {"state": state})

    async def set_label(self, instance_id: int, label: str) -> Outcome:
        """Set the label, up to 1024 characters; an empty text removes it: `PUT /instances/{id}/`
        (docs: "label instance")."""
        return await self._engine.write(OPERATIONS["manage"].at(id=instance_id), {"label": label})

    async def reboot(self, instance_id: int) -> Outcome:
        """Stop and start the container; the GPU stays: `PUT /instances/reboot/{id}/` (docs:
        "reboot instance")."""
        return await self._engine.write(OPERATIONS["reboot"].at(id=instance_id))

    async def recycle(self, instance_id: int) -> Outcome:
        """Recreate the container from its image; the GPU stays: `PUT /instances/recycle/{id}/`
        (docs: "recycle instance")."""
        return await self._engine.write(OPERATIONS["recycle"].at(id=instance_id))

    async def snapshot(self, instance_id: int, request: SnapshotRequest) -> Outcome:
        """Push a snapshot of the container to a registry: `POST /instances/take_snapshot/{id}/`
        (client 1.9.1 `api/instances.py`). Each request pushes another tag, and only the registry
        shows when it is there."""
        return await self._engine.write(OPERATIONS["snapshot"].at(id=instance_id), request.body)

    async def settings(self, instance_id: int) -> LaunchSettings | None:
        """What an instance is started with, None if it does not exist: `GET /instances/{id}/`
        (docs: "show instance"). Raises `VastError`."""
        # start-up: they are read when an instance is changed
        from vasttui.models.decode_settings import settings_from

        operation = OPERATIONS["get"].at(id=instance_id)
        row = _row(await self._engine.read(operation, {"owner": "me"}))
        if row is not None and row.get("id") != instance_id:
            raise BrokenAnswer("Vast.ai answered with a different instance.")
        return None if row is None else settings_from(row)

    async def update(self, instance_id: int, change: Remake) -> Outcome:
        """Make the container anew with other settings: `PUT /instances/update_template/{id}/`
        (client 1.9.1 `api/instances.py`). Of the answer nothing is kept: it holds secrets."""
        operation = OPERATIONS["update_instance"].at(id=instance_id)
        return structs.replace(await self._engine.write(operation, change.body), data=None)

    async def change_bid(self, instance_id: int, price: float) -> Outcome:
        """Bid `price` $/h for all GPUs of an instance: `PUT /instances/bid_price/{id}/` (docs:
        "change bid")."""
        body = {"client_id": "me", "price": price}
        return await self._engine.write(OPERATIONS["bid"].at(id=instance_id), body)

    async def destroy(self, instance_id: int) -> Outcome:
        """Delete an instance and its disk permanently; already gone counts as done: `DELETE
        /instances/{id}/` (docs: "destroy instance")."""
        outcome = await self._engine.write(OPERATIONS["destroy"].at(id=instance_id))
        if isinstance(outcome.error, NotFound) and outcome.error.code in _GONE:
            return structs.replace(outcome, fate=Fate.OK, error=None)
        return outcome

    async def logs(self, instance_id: int, request: LogRequest) -> TextAnswer:
        """The end of a log: `PUT /instances/request_logs/{id}/` (docs: "show logs"), then the file
        named in the answer, within 20 s. Raises `VastError`."""
        body: dict[str, object] = {"tail": str(request.tail)}
        if request.filter:
            body["filter"] = request.filter
        if request.daemon:
            body["daemon_logs"] = "true"
        document = await self._engine.read(OPERATIONS["logs"].at(id=instance_id), body=body)
        file = await self._files.fetch(_address(document))
        return TextAnswer(await shown_lines(file.data, cut=file.cut), file.cut)

    async def execute(self, instance_id: int, command: str) -> TextAnswer:
        """Run `ls`, `rm` or `du` (up to 512 characters) on an instance, once, and fetch its output:
        `PUT /instances/command/{id}/` (docs: "execute").

        Raises `VastError`; after a `BrokenAnswer` it is unknown whether the command ran.
        """
        operation = OPERATIONS["command"].at(id=instance_id)
        document = (await self._engine.write(operation, {"command": command})).unwrap()
        file = await self._files.fetch(_address(document))
        data = file.data
        folder = document.get("writeable_path") if isinstance(document, dict) else None
        if isinstance(folder, str) and folder.strip("/ "):
            data = data.replace(folder.encode("utf-8", "replace"), b"")
        return TextAnswer(await shown_lines(data, cut=file.cut), file.cut)

    async def _listed(
        self, decoder: InstanceDecoder, filters: Mapping[str, object]
    ) -> InstanceList:
        query = {"select_filters": json.dumps(filters), **_QUERY}
        found: dict[int, Instance] = {}
        bad = 0
        reasons: tuple[str, ...] = ()
        reading = pages(self._engine, OPERATIONS["list"], query, parse=decoder.page)
        async with aclosing(reading) as answers:
            async for page in answers:
                rows = _rows(page)
                for instance in rows.instances:
                    found.setdefault(instance.id, instance)
                bad += rows.bad
                reasons += rows.reasons
                _check_counts(page, rows, len(found) + bad)
        return InstanceList(tuple(found.values()), bad, reasons[:_REASONS])


def _rows(page: Mapping[str, object]) -> InstanceList:
    rows = page.get("instances")
    if not isinstance(rows, InstanceList):
        raise BrokenAnswer("The answer contains no list of instances.")
    if not rows.instances and "deprecated" in str(page.get("msg")).lower():
        raise BrokenAnswer("Vast.ai no longer lists instances this way.")
    return rows


def _check_counts(page: Mapping[str, object], rows: InstanceList, so_far: int) -> None:
    """Raises BrokenAnswer if rows are missing by the page's own counts: `instances_found` on it,
    `total_instances` by its end (docs: "show instances")."""
    here = len(rows.instances) + rows.bad
    missing = here < _count(page, "instances_found")
    if page.get("next_token") in (None, ""):
        missing |= so_far < _count(page, "total_instances")
        missing |= "next_token" not in page and here >= _PAGE
    if missing:
        raise BrokenAnswer("The list of instances was cut off.")


def _count(page: Mapping[str, object], name: str) -> int:
    value = page.get(name)
    return value if isinstance(value, int) else 0


def _row(document: object) -> dict[str, object] | None:
    if isinstance(document, dict) and "instances" in document:
        row = document["instances"]
        if row is None or isinstance(row, dict):
            return row
    raise BrokenAnswer("The answer contains no instance.")


def _address(document: object) -> str:
    """Where the text will be. Raises BrokenAnswer, with the service's reason if it gave one."""
    answer = document if isinstance(document, dict) else {}
    address, words = answer.get("result_url"), answer.get("msg")
    if isinstance(address, str) and address.strip():
        return address.strip()
    if isinstance(words, str) and words.strip():
        said = clean(words, MESSAGE_CAP).rstrip(".")
        raise BrokenAnswer(f"No text came. Vast.ai says: “{said}”.", hint="Try again.")
    raise BrokenAnswer("Vast.ai did not say where the text is.", hint="Try again.")
